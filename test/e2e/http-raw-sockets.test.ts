/* Sockets that do what no client does: nothing of it stays, and the others are served. */
import { describe, expect, it, vi } from 'vitest';
import { expectNoContainers, patience, runningContainer } from './support/containers.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';
import { startProvider } from './support/identity-provider.ts';
import { initializeBody, initializeRequest, openLegacy } from './support/legacy-requests.ts';
import { liveMemory, tellsLiveMemory } from './support/live-memory.ts';
import { programText } from './support/programs.ts';
import { rawCall, rawRequest } from './support/raw-request.ts';
import { asBytes, openSocket } from './support/raw-socket.ts';

const mebibyte = 1024 * 1024;
/** What is compiled and cached on the way. */
const tolerance = 8 * mebibyte;
const places = 50;
const settings = { HTTP_MAX_CONNECTIONS: String(2 * places), POOL_SIZE: '0' };
const spin = rawCall('execute-lean', { code: programText('main-spin'), timeout: 250 });

/** The caller may have as many requests open as it ever might. */
async function expectAllPlaces({ url }: HttpTestServer): Promise<void> {
  const { headers, body } = rawRequest('subscriptions/listen', { notifications: { resourcesListChanged: true } });
  const streams: Response[] = [];
  for (let count = 0; count <= places; count += 1) streams.push(await fetch(url, { method: 'POST', headers, body }));
  expect(streams.map(({ status }) => status)).toEqual([...Array<number>(places).fill(200), 429]);
  for (const stream of streams) await stream.body?.cancel();
}

it('requests that wait on sockets that are reset leave nothing behind', async () => {
  await using server = await serveHttp({ settings, nodeArguments: tellsLiveMemory });
  const reset = async (requests: string, sockets: number): Promise<void> => {
    for (let count = 0; count < sockets; count += 1) {
      using raw = await openSocket(server.url);
      await raw.write(requests);
    }
  };
  const calls = asBytes('/mcp', rawCall('list-sessions', {})).repeat(200);
  const health = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3000);
  await reset(calls, 2);
  await expectAllPlaces(server);
  const before = await liveMemory(server);
  await reset(calls, 40);
  await reset(health, 40);
  await vi.waitFor(() => expectAllPlaces(server), patience);
  expect((await liveMemory(server)) - before).toBeLessThan(tolerance);
  expect(await server.stop()).toBe(0);
});

it('openings that the protocol refuses leave nothing behind', async () => {
  await using server = await serveHttp({ settings, nodeArguments: tellsLiveMemory });
  const refused: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
    [406, { accept: 'application/json' }],
    [415, { 'content-type': 'text/plain' }],
  ];
  const open = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) {
      for (const [status, changes] of refused) {
        const headers = { ...initializeRequest.headers, ...changes };
        const response = await fetch(server.url, { method: 'POST', headers, body: initializeBody });
        expect([response.status, (await response.text()) !== '']).toEqual([status, true]);
      }
    }
  };
  await open(10);
  const before = await liveMemory(server);
  await open(200);
  expect((await liveMemory(server)) - before).toBeLessThan(tolerance);
});

it('calls that wait behind another on a socket are never begun once it is reset', async () => {
  await using server = await serveHttp({ settings });
  using raw = await openSocket(server.url);
  await raw.write(asBytes('/mcp', spin).repeat(3));
  await runningContainer(server.pid, 'program');
  raw.socket.resetAndDestroy();
  await expectNoContainers(server.pid);
  await expectAllPlaces(server);
});

it('a client that hangs up while its token is checked leaves no place taken and no call under way', async () => {
  const audience = 'https://lean.example.org/mcp';
  await using provider = await startProvider(audience);
  await using server = await serveHttp({
    settings: {
      POOL_SIZE: '0',
      HTTP_MAX_CONNECTIONS: '2',
      HTTP_TOKENS_FILE: '/nonexistent/tokens.json',
      HTTP_OIDC_ISSUER: provider.issuer,
      HTTP_PUBLIC_URL: audience,
    },
  });
  const authorization = `Bearer ${await provider.issue({ sub: 'ada' })}`;
  let goOn: (answer: object) => void = () => undefined;
  provider.answer(['keys'], new Promise((resolve) => (goOn = resolve)));
  {
    using raw = await openSocket(server.url);
    await raw.write(asBytes('/mcp', spin, { authorization }));
    await vi.waitFor(() => {
      expect(provider.asked).toContain('/keys');
    }, patience);
  }
  // What comes after it is answered after it.
  for (let count = 0; count < 3; count += 1) await (await fetch(`${server.origin}/healthz`)).text();
  goOn({});
  const { headers, body } = rawCall('list-sessions', {});
  const response = await fetch(server.url, { method: 'POST', headers: { ...headers, authorization }, body });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"sessions":[]')]);
  await expectNoContainers(server.pid);
});

it('a call of 2025 that is cancelled keeps no stream open, and no place', async () => {
  await using server = await serveHttp({ settings: { ...settings, HTTP_MAX_CONNECTIONS: '8' } });
  const connection = await openLegacy(server.url);
  for (let count = 0; count < 8; count += 1) {
    const called = await connection.send(
      connection.call('execute-lean', { code: programText('main-spin'), timeout: 250 }),
    );
    const requestId = connection.lastId;
    const cancelled = await connection.send({ method: 'notifications/cancelled', params: { requestId } });
    expect([called.status, cancelled.status, await called.text()]).toEqual([200, 202, '']);
  }
  await expectNoContainers(server.pid);
});

describe('a call of 2025 whose connection breaks', () => {
  it('goes on to its own limit', async () => {
    await using server = await serveHttp({ settings });
    const connection = await openLegacy(server.url);
    const breaking = new AbortController();
    const call = connection.call('execute-lean', { code: programText('main-spin'), timeout: 5 });
    const { status } = await connection.send(call, breaking.signal);
    expect(status).toBe(200);
    await runningContainer(server.pid, 'program');
    breaking.abort();
    await vi.waitFor(() => {
      expect(server.log()).toMatch(/"outcome":"timed-out"/);
    }, patience);
    await expectNoContainers(server.pid);
  });

  it('is accepted in its session when its turn comes', async () => {
    await using server = await serveHttp({ settings: { ...settings, MAX_CONCURRENT_CALLS: '1' } });
    const connection = await openLegacy(server.url);
    await connection.send(connection.call('execute-lean', { code: programText('main-spin'), timeout: 250 }));
    const first = connection.lastId;
    await runningContainer(server.pid, 'program');
    const breaking = new AbortController();
    await connection.send(connection.call('execute-lean-persistent', { code: 'def x := 1' }), breaking.signal);
    breaking.abort();
    // The first call is in the way until the second has been left alone for sure.
    const sessions = async (): Promise<string> => (await connection.send(connection.call('list-sessions', {}))).text();
    expect(await sessions()).toContain('"sessions":[]');
    await connection.send({ method: 'notifications/cancelled', params: { requestId: first } });
    await vi.waitFor(async () => {
      expect(await sessions()).toContain('"step":1,');
    }, patience);
  });

  it('keeps its place until it ends', async () => {
    await using server = await serveHttp({ settings: { ...settings, HTTP_MAX_CONNECTIONS: '6' } });
    const connection = await openLegacy(server.url);
    const breaking = new AbortController();
    for (let count = 0; count < 2; count += 1) {
      const call = connection.call('execute-lean', { code: programText('main-spin'), timeout: 250 });
      await connection.send(call, breaking.signal);
    }
    breaking.abort();
    const { headers, body } = rawRequest('subscriptions/listen', { notifications: { resourcesListChanged: true } });
    const stream = await fetch(server.url, { method: 'POST', headers, body });
    expect(stream.status).toBe(200);
    expect((await connection.send({ method: 'ping', id: 'p' })).status).toBe(429);
    await stream.body?.cancel();
    await vi.waitFor(async () => {
      expect((await connection.end()).status).toBe(200);
    }, patience);
    await expectNoContainers(server.pid);
  });
});

it('a second request with the id of one that is under way is refused', async () => {
  await using server = await serveHttp({ settings });
  const connection = await openLegacy(server.url);
  const call = connection.call('execute-lean', { code: programText('main-spin'), timeout: 250 });
  await connection.send(call);
  expect((await connection.send(call)).status).toBe(400);
  const ping = { id: 'same', method: 'ping' };
  expect((await connection.send([ping, ping])).status).toBe(400);
  expect((await connection.send(ping)).status).toBe(200);
  await connection.end();
});

it('any number of connections that send nothing keep nobody out', async () => {
  await using server = await serveHttp({ settings });
  const quiet = [];
  for (let count = 0; count < 10; count += 1) {
    for (let more = 0; more < places; more += 1) {
      const raw = await openSocket(server.url);
      quiet.push(raw);
      if (more % 2 === 0) await raw.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n');
    }
    using fresh = await openSocket(server.url);
    await fresh.write(asBytes('/mcp', rawCall('list-sessions', {})));
    await vi.waitFor(() => {
      expect(fresh.answered()).toContain('"sessions":[]');
    }, patience);
  }
  for (const raw of quiet) raw[Symbol.dispose]();
});
