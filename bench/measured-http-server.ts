import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { endServer, serverEnded, startServer, type ServerCommand, type ServerProcess } from './server-process.ts';
import { callerOf, clientInfo, type ToolCaller } from './tool-caller.ts';

/** The revision of the protocol in which every call is a request of its own. */
const protocolVersion = '2026-07-28';

/** Our own server over HTTP, for several principals. Disposing ends it and its containers. */
export class MeasuredHttpServer implements AsyncDisposable {
  readonly #process: ServerProcess;
  readonly #url: URL;

  private constructor(server: ServerProcess, url: URL) {
    this.#process = server;
    this.#url = url;
  }

  /** @throws AppError `internal` when it ends before it listens */
  static async start(command: ServerCommand): Promise<MeasuredHttpServer> {
    const server = startServer(command);
    const lines = createInterface({ input: server.child.stderr });
    const url = await Promise.race([
      new Promise<URL>((resolve) => {
        // The log says where the server listens, one JSON object a line.
        lines.on('line', (line) => {
          const [, found] = /"url":"([^"]+)"/.exec(line) ?? [];
          if (found !== undefined) resolve(new URL(found));
        });
      }),
      once(server.child, 'exit').then(() => undefined),
    ]);
    if (url === undefined) throw serverEnded(server.readLog());
    return new MeasuredHttpServer(server, url);
  }

  /** Calls tools as the principal whose token this is. Calls at the same time have connections of their own. */
  async as(token: string): Promise<ToolCaller> {
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const client = new Client(clientInfo, { versionNegotiation: { mode: { pin: protocolVersion } } });
    await client.connect(new StreamableHTTPClientTransport(this.#url, { requestInit }));
    // Tells the client which arguments go into headers, too.
    await client.listTools();
    return callerOf(client, this.#process.readLog);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#process);
  }
}
