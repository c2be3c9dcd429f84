/** A server under a soak: called as by any client, and asked what it has in use. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type Docker from 'dockerode';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import type { StartedServer } from './start-server.ts';
import type { Vitals } from './vitals.ts';

/** A running server. Disposing ends it. */
export class SoakServer implements AsyncDisposable {
  readonly #server: StartedServer;
  readonly #docker: Docker;
  #onLiveMemory: (bytes: number) => void = () => undefined;

  constructor(server: StartedServer, docker: Docker) {
    this.#server = server;
    this.#docker = docker;
    server.log.on('line', (line) => {
      const bytes = /^live memory: (\d+)$/.exec(line)?.[1];
      if (bytes !== undefined) this.#onLiveMemory(Number(bytes));
    });
  }

  get call(): StartedServer['call'] {
    return this.#server.call;
  }

  get touch(): StartedServer['touch'] {
    return this.#server.touch;
  }

  /** Resolves when its process is gone. */
  get ended(): Promise<void> {
    return this.#server.ended;
  }

  /** Its containers, in any state. */
  async countContainers(): Promise<number> {
    const label = [`${containerLabels.owner}=${hostname()}:${this.#server.pid}`];
    return (await this.#docker.listContainers({ all: true, filters: { label } })).length;
  }

  /** Read from /proc, so on Linux only. */
  async vitals(): Promise<Vitals> {
    const folder = `/proc/${this.#server.pid}`;
    const resident = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1];
    return {
      containers: await this.countContainers(),
      liveBytes: await this.#liveMemory(),
      residentBytes: Number(resident) * 1024,
      descriptors: readdirSync(`${folder}/fd`).map((fd) => readlinkSync(`${folder}/fd/${fd}`)),
    };
  }

  /** What the program can still reach, in bytes: unlike the memory that the system has given it, this shows leaks only. */
  async #liveMemory(): Promise<number> {
    const told = new Promise<number>((resolve) => {
      this.#onLiveMemory = resolve;
    });
    process.kill(this.#server.pid, 'SIGUSR2');
    return await told;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
  }
}
