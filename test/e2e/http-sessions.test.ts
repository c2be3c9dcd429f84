/* Sessions over HTTP: handles in arguments, whatever the protocol's connection. */
import { describe, expect, it } from 'vitest';
import { shared } from '../support/shared.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';

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
