import type { Timings } from './execution-service.ts';

/** Measures the phases of a call; the clock is monotonic. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  readonly #phases = { queue: 0, sandbox: 0, elaborate: 0, run: 0 };

  /** Adds the duration of the work to a phase, also when it fails. */
  async measure<Value>(phase: 'elaborate' | 'run', work: Promise<Value>): Promise<Value> {
    const startedAt = performance.now();
    try {
      return await work;
    } finally {
      this.#phases[phase] += performance.now() - startedAt;
    }
  }

  /** Waits for sandboxes made side by side, and splits the time into making the slowest and waiting for leave to. */
  async measureSandboxes<First extends Started, Second extends Started>(
    first: Promise<First> | undefined,
    second: Promise<Second> | undefined,
  ): Promise<[First | undefined, Second | undefined]> {
    const startedAt = performance.now();
    const made = await Promise.all([first ?? Promise.resolve(undefined), second ?? Promise.resolve(undefined)]);
    const slowest = Math.max(...made.map((sandbox) => sandbox?.startupMs ?? 0));
    this.#phases.sandbox += slowest;
    if (slowest > 0) this.#phases.queue += Math.max(0, performance.now() - startedAt - slowest);
    return made;
  }

  /** Whole milliseconds, so far. */
  read(): Timings {
    const { queue, sandbox, elaborate, run } = this.#phases;
    const round = Math.round;
    return {
      queue: round(queue),
      sandbox: round(sandbox),
      elaborate: round(elaborate),
      run: round(run),
      total: round(performance.now() - this.#startedAt),
    };
  }
}

/** Something that took a while to start. */
interface Started {
  readonly startupMs: number;
}
