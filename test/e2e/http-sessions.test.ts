/* Sessions over HTTP: handles in arguments, whatever the protocol's connection. */
import { describe, expect, it } from 'vitest';
import { shared } from '../support/shared.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { openLegacy } from './support/legacy-requests.ts';

const server = shared(() => serveHttp());

describe.each(clientKinds)('%s', (kind) => {
  it('continues a session over another connection', async () => {
    let id: string | undefined;
    {
      await using client = await connectHttp(kind, server().url);
      const { structured } = await client.call('execute-lean-persistent', { code: 'def x := 1' });
      id = structured.session_id;
    }
    await using client = await connectHttp(kind, server().url);
    const { structured } = await client.call('execute-lean-persistent', { code: '#eval x', session_id: id });
    expect(structured).toMatchObject({ status: 'success', session_id: id });
    const closed = await client.call('cleanup-session', { session_id: id });
    expect(closed.structured).toMatchObject({ status: 'success' });
  });
});

it('a client of 2025 that begins anew with the id of a connection that is gone gets a new one', async () => {
  const gone = await openLegacy(server().url);
  expect((await gone.end()).status).toBe(200);
  expect((await gone.send({ id: 1, method: 'tools/list' })).status).toBe(404);
  for (const id of [gone.id, 'never-was']) {
    const opened = await openLegacy(server().url, { 'mcp-session-id': id });
    expect([gone.id, 'never-was']).not.toContain(opened.id);
    expect((await opened.send({ id: 1, method: 'tools/list' })).status).toBe(200);
    await opened.end();
  }
});
