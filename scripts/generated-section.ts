/**
 * Replaces what stands between `<!-- generated:MARKER -->` and the next `<!-- /generated -->`.
 *
 * @throws Error when the text has no such section
 */
export function replaceSection(text: string, marker: string, content: string): string {
  const opening = `<!-- generated:${marker} -->`;
  const closing = '<!-- /generated -->';
  const start = text.indexOf(opening);
  const end = text.indexOf(closing, start);
  if (start === -1 || end === -1) throw new Error(`no section from ${opening} to ${closing}`);
  return `${text.slice(0, start)}${opening}\n\n${content}\n\n${text.slice(end)}`;
}
