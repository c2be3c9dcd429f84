import { AppError } from '../src/core/app-error.ts';
import type { BenchProgram } from './bench-program.ts';
import type { BenchReport } from './bench-report.ts';
import { pause } from './pause.ts';
import { summarise } from './summary.ts';
import type { ToolCaller } from './tool-caller.ts';

/** Calls that the noisy principal has under way at any time. */
const crowd = 16;
const callsPerRound = 12;
/** Between two calls of the quiet principal, as of somebody who reads the answers. In milliseconds. */
const thinkingMs = 500;
/** For the noisy principal to use up what was ready. */
const onsetMs = 3000;
/** For the pool to be full again. */
const recoveryMs = 4000;

/** What a principal that calls now and then waits for: alone, and beside another that never pauses. */
export class SharingTimes {
  readonly #quiet: ToolCaller;
  readonly #noisy: ToolCaller;
  readonly #program: BenchProgram;
  readonly #alone: number[] = [];
  readonly #beside: number[] = [];
  readonly #noisyRates: number[] = [];

  constructor(quiet: ToolCaller, noisy: ToolCaller, program: BenchProgram) {
    this.#quiet = quiet;
    this.#noisy = noisy;
    this.#program = program;
  }

  /** One round: alone, then beside the other. */
  async measure(signal: AbortSignal): Promise<void> {
    await pause(recoveryMs);
    await this.#callNowAndThen(this.#alone, signal);
    const stop = new AbortController();
    const startedAt = performance.now();
    const calling = Array.from({ length: crowd }, () => this.#callAllTheTime(stop.signal));
    await pause(onsetMs);
    try {
      await this.#callNowAndThen(this.#beside, signal);
    } finally {
      stop.abort();
    }
    const calls = (await Promise.all(calling)).reduce((sum, count) => sum + count, 0);
    this.#noisyRates.push(calls / ((performance.now() - startedAt) / 1000));
  }

  report(): BenchReport['sharing'] {
    const [alone, beside, rate] = [summarise(this.#alone), summarise(this.#beside), summarise(this.#noisyRates)];
    if (alone === undefined || beside === undefined || rate === undefined) return null;
    return { crowd, alone, beside, crowd_calls_per_second: rate };
  }

  async #callNowAndThen(times: number[], signal: AbortSignal): Promise<void> {
    for (let calls = 0; calls < callsPerRound; calls += 1) {
      signal.throwIfAborted();
      await pause(thinkingMs);
      times.push((await this.#quiet.call('execute-lean', { code: this.#program.code })).milliseconds);
    }
  }

  /** @returns how many calls were answered */
  async #callAllTheTime(signal: AbortSignal): Promise<number> {
    let calls = 0;
    for (; !signal.aborted; calls += 1) {
      const { result } = await this.#noisy.call('execute-lean', { code: this.#program.code });
      if (result.status !== 'success') throw new AppError('internal', `A call ended as ${result.outcome}.`);
    }
    return calls;
  }
}
