/* The page for people, as a browser shows it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { connectHttp } from './support/http-clients.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';
import { knownCallers } from './support/known-callers.ts';
import { pictureScale, takePicture } from './support/picture.ts';

let server: HttpTestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([serveHttp(), openBrowser()]);
  await using client = await connectHttp('new client, 2026', server.url);
  await client.call('execute-lean', { code: '#eval 1\n' });
  await client.call('execute-lean', { code: 'def bad : Nat := "x"\n' });
  await client.call('execute-lean-persistent', { code: 'def x := 1\n' });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

async function textOf(page: Page, selector: string): Promise<string[]> {
  return (await page.locator(selector).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
}

describe.each(['light', 'dark'] as const)('the status page, %s', (colorScheme) => {
  it('shows what happened, whole, without anything from elsewhere', async () => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1240, height: 860 }, ...pictureScale });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(server.origin);
    expect(await textOf(page, '.badge')).toEqual(['ready']);
    const tiles = await textOf(page, '.tiles > div');
    expect(tiles[0]).toBe('Calls in the last hour 3 0 running, 0 waiting');
    expect(tiles[1]).toContain('Stopped or failed 0');
    expect(tiles[4]).toBe('Sessions 1 open now');
    expect(await textOf(page, 'h2')).toEqual([
      'Calls a minute',
      'Time to answer',
      'Sandboxes',
      'Sessions and waiting calls',
      'Tools in the last hour',
    ]);
    expect(await textOf(page, 'tbody tr')).toEqual(['execute-lean 1 1 0 0', 'execute-lean-persistent 1 0 0 0']);
    expect(await page.locator('rect[fill="var(--rejected)"]').count()).toBeGreaterThan(0);
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(16, 20, 27)' : 'rgb(245, 246, 248)');
    await takePicture(page, `status-${colorScheme}`);
    // A browser asks for an icon by itself.
    expect(requests.filter((name) => name !== '/favicon.ico')).toEqual(['/']);
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
    await page.close();
  });
});

it('fits on a telephone', async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  await page.goto(server.origin);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await page.close();
});

it('lets a browser in with the token as password, and nobody else', async () => {
  await using callers = await knownCallers('ada');
  await using guarded = await serveHttp({ settings: callers.settings });
  for (const address of ['/', '/metrics']) expect((await fetch(`${guarded.origin}${address}`)).status).toBe(401);
  const page = await browser.newPage({ httpCredentials: { username: 'ada', password: callers.tokenOf('ada') } });
  const answer = await page.goto(guarded.origin);
  expect(answer?.status()).toBe(200);
  expect(await textOf(page, 'h1')).toEqual(['lean-docker-mcp']);
  await page.close();
});
