import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { HttpToolCaller } from './http-tool-caller.ts';
import { endServer, serverEnded, startServer, type ServerCommand, type ServerProcess } from './server-process.ts';
import type { ToolCaller } from './tool-caller.ts';

/** Our own server over HTTP, for several principals. Disposing ends it and its containers. */
export class MeasuredHttpServer implements AsyncDisposable {
  readonly #process: ServerProcess;
  readonly #url: string;

  private constructor(server: ServerProcess, url: string) {
    this.#process = server;
    this.#url = url;
  }

  /** @throws AppError `internal` when it ends before it listens */
  static async start(command: ServerCommand): Promise<MeasuredHttpServer> {
    const server = startServer(command);
    const lines = createInterface({ input: server.child.stderr });
    const url = await Promise.race([
      new Promise<string>((resolve) => {
        // The log says where the server listens, one JSON object a line.
        lines.on('line', (line) => {
          const [, found] = /"url":"([^"]+)"/.exec(line) ?? [];
          if (found !== undefined) resolve(found);
        });
      }),
      once(server.child, 'exit').then(() => undefined),
    ]);
    if (url === undefined) throw serverEnded(server.readLog());
    return new MeasuredHttpServer(server, url);
  }

  /** Calls tools as the principal whose token this is. */
  as(token: string): ToolCaller {
    return new HttpToolCaller(this.#url, token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#process, () => this.#process.child.kill('SIGTERM'));
  }
}
