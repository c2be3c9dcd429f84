/* The server over HTTP: both protocols, with the clients that people have. */
import { describe, expect, it } from 'vitest';
import { shared } from '../support/shared.ts';
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

it('ends with exit code 0 when it is asked to stop', async () => {
  await using stopped = await serveHttp();
  expect(await stopped.stop()).toBe(0);
});
