import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { containersOf, engine, expectNoContainers } from '../../e2e/support/containers.ts';
import { connect, type TestServer } from '../../e2e/support/server.ts';

/** The built program with a folder for its sessions; it can be started again. */
export class RealSessions implements AsyncDisposable {
  readonly #folder: string;
  #server: TestServer;

  private constructor(folder: string, server: TestServer) {
    this.#folder = folder;
    this.#server = server;
  }

  static async start(folder: string): Promise<RealSessions> {
    return new RealSessions(folder, await startServer(folder));
  }

  get server(): TestServer {
    return this.#server;
  }

  /** Ends the program, or kills it in the middle of writing a session down, and starts it again. */
  async restart(how: 'ended' | 'killed', sessionId: string | undefined): Promise<void> {
    if (how === 'killed') {
      process.kill(this.#server.pid, 'SIGKILL');
      if (sessionId !== undefined) await writeFile(path.join(this.#folder, `${sessionId}.yaml.tmp`), 'steps:\n  - acc');
    }
    await this.#server[Symbol.asyncDispose]();
    this.#server = await startServer(this.#folder);
  }

  /** Kills every container that runs for the program, and waits until they are gone. */
  async killContainers(): Promise<void> {
    const docker = await engine();
    const { pid } = this.#server;
    const containers = await containersOf(pid);
    await Promise.allSettled(containers.map(({ Id }) => docker.getContainer(Id).kill()));
    await expectNoContainers(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

async function startServer(folder: string): Promise<TestServer> {
  return await connect({ settings: { SESSIONS_DIRECTORY: folder, POOL_ENABLED: 'false' } });
}
