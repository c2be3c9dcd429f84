/* Attacks on the server over HTTP: after each, others are served as before. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { containersOf, patience } from './support/containers.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';
import { knownCallers, type KnownCallers } from './support/known-callers.ts';
import { programText } from './support/programs.ts';
import { newestRevision, rawCall, rawRequest } from './support/raw-request.ts';
import { asBytes, openSocket } from './support/raw-socket.ts';

const spin = programText('main-spin');
let callers: KnownCallers;
let server: HttpTestServer;
let settings: Record<string, string>;
let ada = '';
let eve = '';
beforeAll(async () => {
  callers = await knownCallers('ada', 'eve');
  [ada, eve] = [callers.tokenOf('ada'), callers.tokenOf('eve')];
  settings = {
    ...callers.settings,
    HTTP_MAX_SESSIONS: '1',
    HTTP_MAX_CALLS: '1',
    HTTP_MAX_WAITING_CALLS: '1',
    HTTP_MAX_CONNECTIONS: '40',
    MAX_CONCURRENT_CALLS: '2',
    POOL_SIZE: '0',
  };
  server = await serveHttp({ settings });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await callers[Symbol.asyncDispose]();
});

const members = (count: number): string => Array.from({ length: count }, (_, number) => `"k${number}":1`).join(',');

const authorization = (token: string) => ({ authorization: `Bearer ${token}` });

/** Another caller is served. */
async function expectServed(): Promise<void> {
  await using client = await connectHttp('new client, 2026', server.url, eve);
  expect((await client.call('list-sessions', {})).structured['sessions']).toEqual([]);
}

async function expectNoSandbox(): Promise<void> {
  await vi.waitFor(async () => {
    expect(await containersOf(server.pid)).toEqual([]);
  }, patience);
}

async function runningSandbox(): Promise<void> {
  await vi.waitFor(async () => {
    expect((await containersOf(server.pid)).filter(({ State }) => State === 'running')).not.toEqual([]);
  }, patience);
}

describe('giving up on a call frees its sandbox', () => {
  it.each(clientKinds)('when the client cancels (%s)', async (kind) => {
    await using client = await connectHttp(kind, server.url, ada);
    const controller = new AbortController();
    const calling = client.call('execute-lean', { code: spin, timeout: 250 }, { signal: controller.signal });
    const ended = expect(calling).rejects.toThrow();
    await runningSandbox();
    controller.abort();
    await ended;
    await expectNoSandbox();
  });

  // In the protocols of 2025 a connection that breaks cancels nothing: http-raw-sockets.test.ts.
  it('when the client goes away', async () => {
    const client = await connectHttp('new client, 2026', server.url, ada);
    const calling = client.call('execute-lean', { code: spin, timeout: 250 });
    const ended = expect(calling).rejects.toThrow();
    await runningSandbox();
    await client[Symbol.asyncDispose]();
    await ended;
    await expectNoSandbox();
  });

  it('when the connection breaks', async () => {
    const { headers, body } = rawCall('execute-lean', { code: spin, timeout: 250 });
    const request = httpRequest(server.url, { method: 'POST', headers: { ...headers, ...authorization(ada) } });
    request.on('error', () => undefined);
    request.end(body);
    await runningSandbox();
    request.destroy();
    await expectNoSandbox();
  });
});

describe('requests that are not what they seem', () => {
  const { headers, body: listSessions } = rawCall('list-sessions', {});
  const post = async (body: string | Buffer, changes: Readonly<Record<string, string>> = {}): Promise<Response> =>
    await fetch(server.url, {
      method: 'POST',
      headers: { ...headers, ...authorization(ada), ...changes },
      body,
    });

  it('are served when they are', async () => {
    expect((await post(listSessions)).status).toBe(200);
  });

  it.each([
    ['names another tool in its header', { 'mcp-name': 'execute-lean' }, 400, -32_020],
    ['names another method in its header', { 'mcp-method': 'tools/list' }, 400, -32_020],
    ['names another revision in its header', { 'mcp-protocol-version': '2025-11-25' }, 400, -32_020],
    ['is not JSON by its header', { 'content-type': 'text/plain' }, 415, -32_000],
  ])('one that %s is refused', async (_, changes, status, code) => {
    const response = await post(listSessions, changes);
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ error: expect.objectContaining({ code }) as unknown }),
    ]);
  });

  it('one of a revision that nobody knows is refused, and told which there are', async () => {
    const response = await post(listSessions.replace(newestRevision, '2099-01-01'), {
      'mcp-protocol-version': '2099-01-01',
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: expect.objectContaining({ code: -32_022 }) as unknown }),
    ]);
  });

  it('one whose session differs between header and body is refused', async () => {
    const { body } = rawCall('describe-session', { session_id: 'a' });
    const response = await post(body, { 'mcp-name': 'describe-session', 'mcp-param-session': 'b' });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: expect.objectContaining({ code: -32_020 }) as unknown }),
    ]);
  });

  it.each([
    ['no JSON', 'x', 400],
    ['nothing', '', 400],
    ['deep JSON', '['.repeat(500_000), 400],
    ['deep and whole JSON', '['.repeat(200_000) + ']'.repeat(200_000), 400],
    ['a number', '7', 400],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
  ])('one with %s for a body is refused', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
    await expectServed();
  });

  it.each([
    ['a request with very many members', listSessions.replace('"arguments":{}', `"arguments":{${members(20_000)}}`)],
    ['a batch of very many numbers', `[${'1,'.repeat(2_000_000)}1]`],
    ['a batch of very many messages', `[${'{"jsonrpc":"2.0","id":1,"method":"ping"},'.repeat(50)}1]`],
  ])('%s is refused before anything else looks at it', async (_, body) => {
    const response = await post(body);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/more than \d+ (?:values|messages)/),
    ]);
  });

  it('one with too large a body is refused before it has been read, said or not', async () => {
    const large = Buffer.alloc(8 * 1024 ** 2, 0x20);
    expect((await post(large)).status).toBe(413);
    const chunked = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(large.subarray(0, 65_536));
      },
    });
    const options = { method: 'POST', headers: { ...headers, ...authorization(ada) } };
    const endless = fetch(server.url, { ...options, body: chunked, duplex: 'half' });
    const status = await endless.then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
    await expectServed();
  });

  it('one with endless headers is refused', async () => {
    const socket = connectTcp(Number(server.url.port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(100_000)}`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 431 /);
    socket.destroy();
  });
});

describe('one caller who wants everything', () => {
  it('may open so many sessions', async () => {
    await using client = await connectHttp('new client, 2026', server.url, ada);
    const { session_id: id } = (await client.call('execute-lean-persistent', { code: 'def x := 1' })).structured;
    const refused = await client.call('execute-lean-persistent', { code: 'def x := 1' });
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining('http.max_sessions')]);
    await using other = await connectHttp('new client, 2026', server.url, eve);
    const opened = await other.call('execute-lean-persistent', { code: 'def x := 1' });
    expect(opened.structured).toMatchObject({ status: 'success' });
    await client.call('cleanup-session', { session_id: id });
    await other.call('cleanup-session', { session_id: opened.structured.session_id });
  });

  it('keeps one place, however many calls it makes; others get the next', async () => {
    await using noisy = await connectHttp('new client, 2026', server.url, ada);
    await using quiet = await connectHttp('new client, 2026', server.url, eve);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const running = noisy.call('execute-lean', { code: spin, timeout: 250 }, options);
    await runningSandbox();
    const more = [1, 2, 3].map(() => noisy.call('execute-lean', { code: spin, timeout: 250 }, options));
    const refused = await Promise.race(more);
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining('http.max_waiting_calls')]);
    const served = await quiet.call('execute-lean', { code: 'example : 1 + 1 = 2 := rfl' });
    expect(served.structured).toMatchObject({ status: 'success' });
    const all = Promise.allSettled([running, ...more]);
    controller.abort();
    await all;
    await expectNoSandbox();
  });

  it('has one request begun after the other, with those of others in between', async () => {
    await using roomy = await serveHttp({ settings: { ...settings, HTTP_MAX_CONNECTIONS: '400' } });
    const { headers, body } = rawRequest('tools/list', {});
    const bytes = (token: string): string => asBytes('/mcp', { headers, body }, authorization(token));
    const answered = { ada: 0, eve: 0 };
    const connect = async (name: 'ada' | 'eve', token: string): Promise<() => Promise<void>> => {
      const raw = await openSocket(roomy.url);
      // Known to the server, so that only the order of the requests counts.
      await raw.write(bytes(token));
      await once(raw.socket, 'data');
      return async () => {
        await raw.write(bytes(token));
        await once(raw.socket, 'data');
        answered[name] += 1;
        raw[Symbol.dispose]();
      };
    };
    const noisy = await Promise.all(Array.from({ length: 150 }, () => connect('eve', eve)));
    const quiet = await connect('ada', ada);
    const all = Promise.all(noisy.map((ask) => ask()));
    await quiet();
    expect(answered.eve).toBeLessThan(75);
    await all;
  });

  it('may keep so many streams open', async () => {
    const { headers, body } = rawRequest('subscriptions/listen', { notifications: { resourcesListChanged: true } });
    const listen = async (): Promise<Response> =>
      await fetch(server.url, { method: 'POST', headers: { ...headers, ...authorization(ada) }, body });
    const answers: Response[] = [];
    for (let count = 0; count < 21; count += 1) answers.push(await listen());
    const statuses = answers.map(({ status }) => status);
    expect([statuses.slice(0, 20), statuses[20]]).toEqual([Array(20).fill(200), 429]);
    expect(answers[20]?.headers.get('retry-after')).toBe('2');
    await expectServed();
    for (const answer of answers) await answer.body?.cancel();
  });
});

it('connections that send nothing, or very slowly, are closed, and do not keep others out', async () => {
  await using slow = await serveHttp({ settings: { ...settings, HTTP_MAX_CONNECTIONS: '100' } });
  const sockets: Socket[] = [];
  for (let count = 0; count < 20; count += 1) {
    const socket = connectTcp(Number(slow.url.port), '127.0.0.1');
    socket.on('error', () => undefined);
    if (count % 2 === 0) socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n');
    sockets.push(socket);
  }
  await using client = await connectHttp('new client, 2026', slow.url, eve);
  expect((await client.call('list-sessions', {})).structured['sessions']).toEqual([]);
  for (const socket of sockets) {
    if (!socket.closed) await once(socket.resume(), 'close');
  }
});

it('what is under way may end when the server is asked to stop, and what is too long is ended', async () => {
  await using stopping = await serveHttp({ settings });
  await using client = await connectHttp('old client', stopping.url, ada);
  const calling = client.call('execute-lean', { code: spin, timeout: 250 });
  await vi.waitFor(async () => {
    expect((await containersOf(stopping.pid)).filter(({ State }) => State === 'running')).not.toEqual([]);
  }, patience);
  expect(await stopping.stop()).toBe(0);
  expect(await calling).toMatchObject({ isError: true, text: expect.stringContaining('shutting down') as string });
});
