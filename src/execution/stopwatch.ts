import type { Timings } from './execution-service.ts';

/** Measures the phases of a call; the clock is monotonic. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  #queuedAt = this.#startedAt;
  #coldStart = false;
  readonly #phases = { queue: 0, sandbox: 0, elaborate: 0, run: 0 };

  /** Adds the duration of the work to a phase, also when it fails. */
  async measure<Value>(phase: 'sandbox' | 'elaborate' | 'run', work: Promise<Value>): Promise<Value> {
    const startedAt = performance.now();
    try {
      return await work;
    } finally {
      this.#phases[phase] += performance.now() - startedAt;
    }
  }

  /** The call begins to wait for its turn. */
  beginQueue(): void {
    this.#queuedAt = performance.now();
  }

  /** The call has its turn. */
  endQueue(): void {
    this.#phases.queue += performance.now() - this.#queuedAt;
  }

  /** Lean starts from nothing for this call. */
  markCold(): void {
    this.#coldStart = true;
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
      ...(this.#coldStart && { coldStart: true }),
    };
  }
}
