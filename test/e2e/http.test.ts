/* The server over HTTP: both protocols, with the clients that people have. */
import { describe, expect, it } from 'vitest';
import { shared } from '../support/shared.ts';
import { engineWithout } from './support/engine-without.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';

const server = shared(() => serveHttp());

describe.each(clientKinds)('%s', (kind) => {
  it('runs code', async () => {
    await using client = await connectHttp(kind, server().url);
    const { structured } = await client.call('execute-lean', { code: 'example : 1 + 1 = 2 := rfl' });
    expect(structured).toMatchObject({ status: 'success' });
  });
});

describe('what load balancers ask', () => {
  it('/healthz: the process answers', async () => {
    const response = await fetch(`${server().origin}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('/readyz: calls can be served', async () => {
    const response = await fetch(`${server().origin}/readyz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }]);
  });
});

it('is not ready when there is no engine, but answers', async () => {
  await using lonely = await serveHttp({ env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
  const ready = await fetch(`${lonely.origin}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'engine-unreachable' }]);
  expect((await fetch(`${lonely.origin}/healthz`)).status).toBe(200);
});

it('is not ready when the engine cannot enforce limits, and runs nothing there', async () => {
  await using weak = await engineWithout({ MemoryLimit: false, PidsLimit: false });
  await using unsafe = await serveHttp({ env: { DOCKER_HOST: `unix://${weak.socketPath}` } });
  const ready = await fetch(`${unsafe.origin}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'limits-not-enforced' }]);
  await using client = await connectHttp('new client, 2026', unsafe.url);
  const { isError, text } = await client.call('execute-lean', { code: 'example : 1 + 1 = 2 := rfl' });
  expect([isError, text]).toEqual([true, expect.stringContaining('memory, processes')]);
  expect(weak.asked.filter((asked) => asked.startsWith('POST'))).toEqual([]);
});

it('ends with exit code 0 when it is asked to stop', async () => {
  await using stopped = await serveHttp();
  expect(await stopped.stop()).toBe(0);
});
