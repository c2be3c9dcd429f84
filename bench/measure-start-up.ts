import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BenchGround } from './bench-ground.ts';
import { MeasuredServer } from './measured-server.ts';

/** Times from the start of a process, one after the other. */
export class StartUpTimes {
  readonly #ground: BenchGround;
  readonly toolsList: number[] = [];
  /** A Node that does nothing, from its start to its end. */
  readonly node: number[] = [];

  constructor(ground: BenchGround) {
    this.#ground = ground;
  }

  async measure(): Promise<void> {
    const startedAt = performance.now();
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
    this.node.push(performance.now() - startedAt);
    await using server = await MeasuredServer.start(this.#ground.server({}));
    this.toolsList.push(server.startUpMs);
  }
}
