/* Makes the page look as its host does: scheme, colours and fonts, and room. */
import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps';

/** Variables that hosts may set; the style sheet says what stands in for those that a host leaves out. */
const known = /^--(?:color-(?:background|text|border|ring)-[a-z]+|font-(?:sans|mono))$/;

/** Applies what is there and leaves the rest as it is. */
export function applyContext(root: HTMLElement, context: McpUiHostContext): void {
  const { theme, styles, displayMode, containerDimensions } = context;
  if (theme === 'light' || theme === 'dark') root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (known.test(name) && typeof value === 'string') root.style.setProperty(name, value);
  }
  if (displayMode !== undefined) root.dataset['mode'] = displayMode;
  const height = containerDimensions && 'height' in containerDimensions ? containerDimensions.height : undefined;
  root.classList.toggle('fills', typeof height === 'number' || root.dataset['mode'] === 'fullscreen');
}
