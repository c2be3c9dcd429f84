/* Who may call over HTTP, and what others' calls can see. */
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './support/command.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';
import { knownCallers, type KnownCallers } from './support/known-callers.ts';
import { startProvider, type TestProvider } from './support/identity-provider.ts';

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '0' } },
};

/** Sends `initialize`, or something else, as it is, also with headers that `fetch` does not let one choose. */
async function post(url: URL, headers: Readonly<Record<string, string>>, message: object = initialize) {
  const request = httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  });
  return await new Promise<{ status: number | undefined; headers: Readonly<Record<string, unknown>>; body: string }>(
    (resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        void readText(response).then((body) => {
          resolve({ status: response.statusCode, headers: response.headers, body });
        }, reject);
      });
      request.end(JSON.stringify(message));
    },
  );
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

describe('a server without tokens', () => {
  let server: HttpTestServer;
  beforeAll(async () => {
    server = await serveHttp();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('serves programs of its machine', async () => {
    expect((await post(server.url, {})).status).toBe(200);
  });

  it.each([
    ['a page that points its own name to this machine', { host: 'evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without a site, such as a file', { origin: 'null' }],
    ['callers behind a proxy', { 'x-forwarded-for': '203.0.113.9' }],
  ])('refuses %s', async (_, headers) => {
    expect((await post(server.url, headers)).status).toBe(403);
  });

  it('answers no preflight of another site', async () => {
    const response = await fetch(server.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it.each(['0.0.0.0:0', '[::]:0'])('does not listen on %s, and says how', async (listen) => {
    const settings = { HTTP_TOKENS_FILE: '/nonexistent/tokens.json' };
    const { exitCode, stderr } = await runCommand(['serve', '--http', listen], { settings });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('lean-docker-mcp token add NAME')]);
  });
});

describe('a server with tokens', () => {
  let callers: KnownCallers;
  let server: HttpTestServer;
  let settings: Record<string, string>;
  let ada = '';
  let eve = '';
  const token = (...args: string[]): Promise<string> => callers.token(...args);
  beforeAll(async () => {
    callers = await knownCallers('ada', 'eve');
    [ada, eve] = [callers.tokenOf('ada'), callers.tokenOf('eve')];
    settings = { ...callers.settings, SESSIONS_DIRECTORY: path.join(callers.folder, 'sessions') };
    server = await serveHttp({ settings, listen: '0.0.0.0:0' });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await callers[Symbol.asyncDispose]();
  });
  const url = (): URL => new URL(server.url.href.replace('0.0.0.0', '127.0.0.1'));

  it('refuses callers without one', async () => {
    const { status, headers } = await post(url(), {});
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer /)]);
  });

  it.each(['ldm_', 'x', 'ldm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'])('refuses the token %j', async (wrong) => {
    expect((await post(url(), bearer(wrong))).status).toBe(401);
  });

  it('refuses pages of other sites, also with a token', async () => {
    expect((await post(url(), { ...bearer(ada), origin: 'https://evil.example' })).status).toBe(403);
  });

  it('takes it for the password that a browser asks a person for', async () => {
    const authorization = `Basic ${Buffer.from(`me:${ada}`).toString('base64')}`;
    expect((await post(url(), { authorization })).status).toBe(200);
    const asked = await fetch(new URL('/', url()), { headers: { accept: 'text/html' } });
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic ')]);
  });

  it('answers load balancers without one', async () => {
    expect((await fetch(new URL('/healthz', url()))).status).toBe(200);
  });

  it('lists whose there are, not what they are', async () => {
    const listed = await token('list');
    expect(listed.split('\n').map((line) => line.split('\t')[0])).toEqual(['ada', 'eve']);
    expect(listed).not.toContain(ada.slice(4));
  });

  it('refuses a token from about the moment that it is revoked', async () => {
    const mallory = await token('add', 'mallory');
    await expect.poll(async () => (await post(url(), bearer(mallory))).status, { timeout: 20_000 }).toBe(200);
    await token('revoke', 'mallory');
    await expect.poll(async () => (await post(url(), bearer(mallory))).status, { timeout: 20_000 }).toBe(401);
  });

  it("gives another's connection the answer of one that never was", async () => {
    const { headers } = await post(url(), bearer(ada));
    const own = String(headers['mcp-session-id']);
    const never = 'ffffffff-0000-4000-8000-000000000000';
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    const [foreign, unknown] = await Promise.all(
      [own, never].map((id) => post(url(), { ...bearer(eve), 'mcp-session-id': id }, list)),
    );
    expect([foreign?.status, foreign?.body]).toEqual([404, unknown?.body]);
    expect((await post(url(), { ...bearer(ada), 'mcp-session-id': own }, list)).status).toBe(200);
    // Opening a connection is not refused for it, and opens one of the caller's own.
    for (const id of [own, never]) {
      const opened = await post(url(), { ...bearer(eve), 'mcp-session-id': id });
      expect([opened.status, opened.headers['mcp-session-id']]).toEqual([200, expect.stringMatching(/^[\w-]{36}$/)]);
      expect(opened.headers['mcp-session-id']).not.toBe(id);
    }
  });

  it('makes and revokes tokens that are made and revoked at once', async () => {
    const names = ['u1', 'u2', 'u3'];
    for (const name of names) await token('add', name);
    await Promise.all(names.flatMap((name) => [token('revoke', name), token('add', `${name}-new`)]));
    const left = (await token('list')).split('\n').map((line) => line.split('\t')[0]);
    expect(left).toEqual(expect.arrayContaining(['ada', 'eve', 'u1-new', 'u2-new', 'u3-new']));
    for (const name of names) expect(left).not.toContain(name);
  });

  it.each(clientKinds)("gives another's session the answers of one that never was (%s)", async (kind) => {
    await using owner = await connectHttp(kind, url(), ada);
    await using other = await connectHttp(kind, url(), eve);
    const never = crypto.randomUUID();
    const { session_id: id = '' } = (await owner.call('execute-lean-persistent', { code: 'def x := 1' })).structured;
    const calls: [string, Record<string, unknown>][] = [
      ['execute-lean-persistent', { code: '#eval x' }],
      ['describe-session', {}],
      ['rewind-session', { step: 0 }],
      ['fork-session', {}],
      ['inspect-lean', { line: 1, column: 0 }],
      ['try-tactics', { line: 1, tactics: ['rfl'] }],
      ['cleanup-session', {}],
    ];
    for (const [tool, args] of calls) {
      const [foreign, unknown] = await Promise.all(
        [id, never].map(async (asked) => {
          const { isError, text, structured } = await other.call(tool, { ...args, session_id: asked });
          return JSON.stringify({ isError, text, structured }).replaceAll(asked, 'ID');
        }),
      );
      expect(foreign, tool).toBe(unknown);
    }
    const [foreign, unknown] = await Promise.all(
      [id, never].map(async (asked) =>
        (await other.readFailure(`lean-session://${asked}/source.lean`)).replaceAll(asked, 'ID'),
      ),
    );
    expect(foreign).toBe(unknown);
    expect((await other.call('list-sessions', {})).structured['sessions']).toEqual([]);
    const mine = await owner.call('execute-lean-persistent', { code: '#eval x', session_id: id });
    expect(mine.structured).toMatchObject({ status: 'success', step: 2 });
    await owner.call('cleanup-session', { session_id: id });
  });

  it('keeps sessions apart across a restart', async () => {
    const id = await (async () => {
      await using before = await serveHttp({ settings });
      await using owner = await connectHttp('new client, 2026', before.url, ada);
      return (await owner.call('execute-lean-persistent', { code: 'def x := 1' })).structured.session_id ?? '';
    })();
    await using after = await serveHttp({ settings });
    await using owner = await connectHttp('new client, 2026', after.url, ada);
    await using other = await connectHttp('new client, 2026', after.url, eve);
    const foreign = await other.call('execute-lean-persistent', { code: '#eval x', session_id: id });
    expect([foreign.isError, foreign.text]).toEqual([true, expect.stringContaining('There is no session')]);
    const mine = await owner.call('execute-lean-persistent', { code: '#eval x', session_id: id });
    expect(mine.structured).toMatchObject({ status: 'success', session_id: id, step: 2 });
    await owner.call('cleanup-session', { session_id: id });
  });
});

describe('a server with an identity provider', () => {
  const audience = 'https://lean.example.org/mcp';
  let provider: TestProvider;
  let server: HttpTestServer;
  beforeAll(async () => {
    provider = await startProvider(audience);
    const settings = {
      HTTP_TOKENS_FILE: '/nonexistent/tokens.json',
      HTTP_OIDC_ISSUER: provider.issuer,
      HTTP_PUBLIC_URL: audience,
      HTTP_OIDC_SCOPE: 'lean',
    };
    server = await serveHttp({ settings });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  it('accepts its tokens', async () => {
    const token = await provider.issue({ sub: 'ada', scope: 'openid lean' });
    await using client = await connectHttp('new client, 2026', server.url, token);
    expect((await client.call('list-sessions', {})).structured['sessions']).toEqual([]);
  });

  const past = Math.floor(Date.now() / 1000) - 3600;
  it.each([
    ['is for somebody else', { aud: 'https://other.example.org' }],
    ['is of somebody else', { iss: 'https://other.example.org' }],
    ['has expired', { exp: past }],
    ['is not valid yet', { nbf: past + 7200 }],
    ['is for no subject', { sub: undefined }],
    ['lacks the scope', { scope: 'openid' }],
  ])('refuses a token that %s', async (_, claims) => {
    const token = await provider.issue({ sub: 'ada', scope: 'lean', ...claims });
    expect((await post(server.url, bearer(token))).status).toBe(401);
  });

  it('refuses a token that somebody else has signed, or nobody', async () => {
    const claims = { sub: 'ada', scope: 'lean' };
    const forged = await provider.forge(claims);
    const [, payload] = forged.split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload ?? ''}.`;
    for (const token of [forged, unsigned]) expect((await post(server.url, bearer(token))).status).toBe(401);
  });

  it.each([
    ['an error', { status: 502 }],
    ['a page about an error', { body: '<html>' }],
  ])(
    'says that it cannot know callers while the provider answers with %s, and knows them later',
    async (_, instead) => {
      const settings = {
        HTTP_TOKENS_FILE: '/nonexistent/tokens.json',
        HTTP_OIDC_ISSUER: provider.issuer,
        HTTP_PUBLIC_URL: audience,
      };
      await using fresh = await serveHttp({ settings });
      const good = bearer(await provider.issue({ sub: 'ada' }));
      const askedBefore = provider.asked.length;
      provider.answer(['keys'], instead);
      for (let count = 0; count < 5; count += 1) {
        const { status, headers } = await post(fresh.url, good);
        expect([status, headers['retry-after']]).toEqual([503, '5']);
        const garbage = await post(fresh.url, bearer(await provider.forge({ sub: 'ada', count })));
        expect(garbage.status).toBe(503);
      }
      // Once for each document, and once more if the tests took longer than the time after which it asks again.
      expect(provider.asked.length - askedBefore).toBeLessThan(5);
      provider.answer(['keys']);
      await expect.poll(async () => (await post(fresh.url, good)).status, { timeout: 60_000 }).toBe(200);
    },
  );

  it('tells clients where its tokens come from', async () => {
    const { status, headers } = await post(server.url, {});
    const challenge = String(headers['www-authenticate']);
    const [, document] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    expect([status, document]).toEqual([401, 'https://lean.example.org/.well-known/oauth-protected-resource/mcp']);
    const response = await fetch(new URL(new URL(document ?? '').pathname, server.origin));
    expect(await response.json()).toMatchObject({ resource: audience, authorization_servers: [provider.issuer] });
  });
});
