/* A server over HTTP that is killed loses no session: what a call was told is accepted is on the disk by then. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { connectHttp } from './support/http-clients.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';

const kind = 'new client, 2026';

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('serve --http with nothing else configured', () => {
  it('finds the sessions of a server before it that was killed', async () => {
    await using home = await temporaryFolder();
    const port = await freePort();
    const start = (): Promise<HttpTestServer> =>
      serveHttp({ listen: String(port), env: { XDG_STATE_HOME: home.path }, settings: { POOL_ENABLED: 'false' } });
    const folder = path.join(home.path, 'lean-docker-mcp', 'sessions', `127.0.0.1-${port}`);

    const first = await start();
    let id: string | undefined;
    {
      await using client = await connectHttp(kind, first.url);
      for (const code of ['def a : Nat := 1\n', 'def b : Nat := a + 1\n']) {
        const { structured } = await client.call('execute-lean-persistent', { code, session_id: id });
        expect(structured).toMatchObject({ status: 'success' });
        id = structured.session_id;
        // The answer is here, so the step is there.
        expect(await readFile(path.join(folder, `${id ?? ''}.steps.yaml`), 'utf8')).toContain(code.trim());
      }
      await first.stop('SIGKILL');
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);

    await using second = await start();
    await using client = await connectHttp(kind, second.url);
    const { structured } = await client.call('execute-lean-persistent', { code: '#eval a + b', session_id: id });
    expect(structured).toMatchObject({
      status: 'success',
      session_id: id,
      step: 3,
      session_rebuilt: true,
      diagnostics: [{ message: '3' }],
    });
    await client.call('cleanup-session', { session_id: id });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps none where it is told so, and serves where it cannot', async () => {
    await using home = await temporaryFolder();
    const port = String(await freePort());
    {
      await using server = await serveHttp({
        listen: port,
        env: { XDG_STATE_HOME: home.path },
        settings: { POOL_ENABLED: 'false', SESSIONS_DIRECTORY: 'none' },
      });
      await using client = await connectHttp(kind, server.url);
      expect((await client.call('execute-lean-persistent', { code: 'def a := 1' })).isError).toBe(false);
      expect(await readdir(home.path)).toEqual([]);
    }
    await using server = await serveHttp({
      listen: port,
      env: { XDG_STATE_HOME: '/dev/null' },
      settings: { POOL_ENABLED: 'false' },
    });
    await using client = await connectHttp(kind, server.url);
    expect((await client.call('execute-lean-persistent', { code: 'def a := 1' })).isError).toBe(false);
    expect(server.log()).toContain('Sessions end with the server');
  });
});
