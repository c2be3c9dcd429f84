/* Pages in a real browser that call the server from another site, with the clients of the official library. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openBrowser } from './support/browser.ts';
import { runCommand } from './support/command.ts';
import { clientKinds } from './support/http-clients.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';

/** The clients of the other tests, for a page: `clients.connectHttp`. */
async function clientsForPages(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'support', 'http-clients.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'clients',
    platform: 'browser',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** A site whose every page has the clients. Chromium knows all names under `localhost` as this machine. */
async function startSite() {
  const clients = await clientsForPages();
  const site = createServer(({ url }, response) => {
    const isPage = url === '/';
    response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
    response.end(isPage ? '<!doctype html><title>page</title><script src="/clients.js"></script>' : clients);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const { port } = site.address() as AddressInfo;
  return {
    page: (name: string) => `http://${name}:${port}/`,
    [Symbol.asyncDispose]: async () => {
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
    },
  };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let site: Awaited<ReturnType<typeof startSite>>;
let browser: Browser;
let server: HttpTestServer;
let token = '';
beforeAll(async () => {
  folder = await temporaryFolder();
  const settings = {
    HTTP_TOKENS_FILE: path.join(folder.path, 'tokens.json'),
    HTTP_ALLOWED_HOSTS: 'pages.localhost',
    POOL_SIZE: '0',
  };
  token = (await runCommand(['token', 'add', 'ada'], { settings })).stdout.trim();
  [site, browser, server] = await Promise.all([startSite(), openBrowser(), serveHttp({ settings })]);
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function openPage(name: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(site.page(name));
  return page;
}

/** Runs the body of an asynchronous function in a page, which knows `url` and `token`. */
async function inPage(name: string, body: string): Promise<unknown> {
  const page = await openPage(name);
  try {
    const known = `const url = ${JSON.stringify(server.url)}, token = ${JSON.stringify(token)};`;
    return await page.evaluate(`(async () => { ${known} ${body} })()`);
  } finally {
    await page.close();
  }
}

describe.each(clientKinds)('a page of a site that is allowed, %s', (kind) => {
  const call = `
    const client = await clients.connectHttp(${JSON.stringify(kind)}, new URL(url), token);
    const { structured } = await client.call('list-sessions', {});
    const failure = await client.readFailure('lean-session://nothing/source.lean');
    await client[Symbol.asyncDispose]();
    return [structured, failure];`;

  it.each(['pages.localhost', 'localhost', '127.0.0.1'])('calls tools from %s', async (name) => {
    expect(await inPage(name, call)).toEqual([
      expect.objectContaining({ sessions: [] }),
      expect.stringContaining('nothing'),
    ]);
  });

  it('is refused from elsewhere', async () => {
    const tried = await inPage('elsewhere.localhost', `try { ${call} } catch (error) { return String(error); }`);
    expect(tried).toEqual(expect.stringMatching(/Failed to fetch|Version negotiation failed/));
  });
});

const initialize = (more: string): string => `
  const request = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'page', version: '0' } };
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ${more} };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: request });
  const response = await fetch(url, { method: 'POST', headers, body });`;

it('a page reads the id of its connection', async () => {
  const id = await inPage(
    'localhost',
    `${initialize("authorization: 'Bearer ' + token")} return response.headers.get('mcp-session-id');`,
  );
  expect(id).toMatch(/^[\w-]{36}$/);
});

it('a page without a token reads what it is asked for', async () => {
  const asked = await inPage(
    'localhost',
    `${initialize('')} return [response.status, response.headers.get('www-authenticate')];`,
  );
  expect(asked).toEqual([401, expect.stringMatching(/^Bearer /)]);
});

it('pages may ask for what a program may ask for, and no more', async () => {
  const preflight = async (method: string, origin: string): Promise<Response> =>
    await fetch(server.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,mcp-session-id,mcp-param-session',
      },
    });
  const allowed = await preflight('POST', 'https://pages.localhost');
  expect([allowed.status, Object.fromEntries(allowed.headers)]).toEqual([
    204,
    expect.objectContaining({
      'access-control-allow-origin': 'https://pages.localhost',
      'access-control-allow-methods': 'GET,POST,DELETE',
      'access-control-allow-headers': 'authorization,mcp-session-id,mcp-param-session',
      vary: expect.stringContaining('Origin') as unknown,
    }),
  ]);
  expect(allowed.headers.has('access-control-allow-credentials')).toBe(false);
  const refused = await preflight('POST', 'https://elsewhere.localhost');
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});
