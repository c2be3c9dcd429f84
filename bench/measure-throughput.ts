import type { BenchProgram } from './bench-program.ts';
import type { BenchReport } from './bench-report.ts';
import { CpuMeter } from './cpu-meter.ts';
import type { ToolCaller } from './tool-caller.ts';
import { pause } from './pause.ts';
import { summarise } from './summary.ts';

const callersAtOnce = [1, 4, 16] as const;
/** Enough that most calls have to wait until a sandbox is made for them; fewer when only a quick look is wanted. */
const callsOfQuickLook = 16;
const callsInAll = 48;
/** For the pool to be full again, in milliseconds. */
const refillPauseMs = 4000;

/** Calls per second by the number of callers, each of which calls again as soon as it has its answer. */
export class ThroughputTimes {
  readonly #server: ToolCaller;
  readonly #programs: readonly BenchProgram[];
  readonly #calls: number;
  readonly #rates = new Map<number, { perSecond: number[]; cpuShares: number[] }>();

  /** @param programs called in turn; at least one */
  constructor(server: ToolCaller, programs: readonly BenchProgram[], rounds: number) {
    this.#server = server;
    this.#programs = programs;
    this.#calls = rounds === 1 ? callsOfQuickLook : callsInAll;
  }

  /** One round of every number of callers. */
  async measure(signal: AbortSignal): Promise<void> {
    for (const callers of callersAtOnce) {
      await pause(refillPauseMs);
      const cpu = new CpuMeter();
      const startedAt = performance.now();
      await this.#call(callers, signal);
      const seconds = (performance.now() - startedAt) / 1000;
      const rates = this.#rates.get(callers) ?? { perSecond: [], cpuShares: [] };
      this.#rates.set(callers, rates);
      rates.perSecond.push(this.#calls / seconds);
      rates.cpuShares.push(cpu.read().share);
    }
  }

  /** @param cpuIsOurs whether the containers use this machine's CPUs */
  report(cpuIsOurs: boolean): BenchReport['throughput'] {
    return [...this.#rates].flatMap(([callers, { perSecond, cpuShares }]) => {
      const rate = summarise(perSecond);
      const share = cpuIsOurs ? (summarise(cpuShares) ?? null) : null;
      return rate === undefined ? [] : [{ callers, calls: this.#calls, calls_per_second: rate, cpu_share: share }];
    });
  }

  async #call(callers: number, signal: AbortSignal): Promise<void> {
    const remaining = Array.from({ length: this.#calls }, (_, index) => this.#programs[index % this.#programs.length]);
    const caller = async (): Promise<void> => {
      for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) {
        signal.throwIfAborted();
        await this.#server.call('execute-lean', { code: next.code });
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
  }
}
