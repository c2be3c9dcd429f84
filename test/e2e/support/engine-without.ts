/** The engine of the tests, as one that says other things of itself. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { engineSocket } from '../../support/engine-socket.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface ChangedEngine extends AsyncDisposable {
  readonly socketPath: string;
  /** Requests so far: `GET /info`. */
  readonly asked: readonly string[];
}

/** @param changes of what it answers to `/info` */
export async function engineWithout(changes: Readonly<Record<string, unknown>>): Promise<ChangedEngine> {
  const folder = await temporaryFolder();
  const socketPath = path.join(folder.path, 'docker.sock');
  const real = await engineSocket();
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    asked.push(`${method} ${url}`);
    const passed = request({ socketPath: real, method, path: url }, (answer) => {
      if (url !== '/info') {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      void json(answer).then((info) => outgoing.end(JSON.stringify({ ...(info as object), ...changes })));
    });
    incoming.pipe(passed);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await folder[Symbol.asyncDispose]();
    },
  };
}
