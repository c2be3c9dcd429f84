/** A host that shows the page of a result, in a browser, in front of a running server. */
import path from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { build } from 'esbuild';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { pictureScale } from './picture.ts';
import type { TestServer } from './server.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

export interface HostOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  /** Variables for colours and fonts. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether the page may call tools and read resources. Default: yes */
  readonly mayCall?: boolean;
  /** Whether the host can show it on the whole screen. */
  readonly fullscreen?: boolean;
}

/** A page that is shown. Disposing closes it. */
export interface ShownPage extends AsyncDisposable {
  readonly page: Page;
  readonly view: FrameLocator;
  /** The value of an expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Tools that the page has called, in order. */
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  /** What the page has told the model. */
  readonly told: readonly string[];
  /** What the browser complained about, and what it asked anybody for. */
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
  /** Does something on the host's side, by the name of a function of proof-view/test-host/host.ts. */
  readonly do: (what: 'changeContext' | 'sendResult' | 'cancel' | 'tearDown', argument?: unknown) => Promise<unknown>;
}

/** What is shown: a call that is made now, or one that is told. */
export type Shown =
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly input: Readonly<Record<string, unknown>>; readonly result: CallToolResult | undefined };

let hostScript: Promise<string> | undefined;

/** Bundles the host's side once. */
async function bundledHost(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['proof-view/test-host/host.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
  });
  return outputFiles[0]?.text ?? '';
}

/** Shows a call as a host does: by the page that the tool's entry in the server's list names. */
export async function show(
  browser: Browser,
  server: TestServer,
  shown: Shown,
  { theme = 'light', width = 860, variables, mayCall = true, fullscreen = false }: HostOptions = {},
): Promise<ShownPage> {
  const { tools } = await server.client.listTools();
  const entry = tools.find(({ name }) => name === ('tool' in shown ? shown.tool : 'execute-lean'));
  const { resourceUri } = entry?._meta?.['ui'] as { resourceUri: string };
  const { contents } = await server.client.readResource({ uri: resourceUri });
  const html = contents[0] && 'text' in contents[0] ? contents[0].text : '';
  const result = 'tool' in shown ? await server.call(shown.tool, shown.input) : shown.result;

  const page = await browser.newPage({ colorScheme: theme, viewport: { width, height: 700 }, ...pictureScale });
  const calls: { name: string; input: unknown }[] = [];
  const told: string[] = [];
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.exposeFunction('callTool', async (name: string, input: Record<string, unknown>) => {
    calls.push({ name, input });
    return await server.call(name, input);
  });
  await page.exposeFunction('readResource', async (uri: string) => await server.client.readResource({ uri }));
  await page.exposeFunction('tellModel', (text: string) => {
    told.push(text);
  });
  const ground = theme === 'dark' ? '#15181e' : '#fff';
  await page.setContent(
    `<style>body { margin: 0; background: ${ground} } iframe { border: 0; width: 100%; display: block }
     iframe.fullscreen { position: fixed; inset: 0; height: 100vh !important }</style>`,
  );
  hostScript ??= bundledHost();
  await page.addScriptTag({ content: await hostScript });
  const context = {
    theme,
    displayMode: 'inline',
    availableDisplayModes: fullscreen ? ['inline', 'fullscreen'] : ['inline'],
    ...(variables && { styles: { variables } }),
  };
  const request = { html, context, input: shown.input, ...(result && { result }), mayCall };
  await page.evaluate(`show(${JSON.stringify(request)})`);
  return {
    page,
    view: page.frameLocator('iframe'),
    evaluate: async (expression) => await page.frames().at(-1)?.evaluate(expression),
    calls,
    told,
    complaints,
    requests,
    do: (what, argument) => page.evaluate(`${what}(${JSON.stringify(argument ?? null)})`),
    [Symbol.asyncDispose]: () => page.close(),
  };
}
