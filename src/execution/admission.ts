import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Principal } from '../core/ids.ts';
import { CpuBudget } from './cpu-budget.ts';
import { FairQueue } from './fair-queue.ts';
import type { CallCost, Gate } from './gate.ts';

export interface AdmissionOptions {
  /** Calls that may be executed at once, until another number is set. */
  readonly concurrency: number;
  /** Calls that may wait for their turn. */
  readonly maxWaiting: number;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/** Who calls, and how much. What is absent is not limited for it alone. */
export interface CallerQuota {
  readonly principal: Principal;
  /** Calls that may run at once. */
  readonly maxCalls?: number | undefined;
  /** Calls that may wait. */
  readonly maxWaiting?: number | undefined;
  /** CPU time, in seconds a minute, taken to be the time that calls run times the CPUs that they can use. */
  readonly cpuSecondsPerMinute?: number | undefined;
}

/**
 * Lets a bounded number of calls in at once, one principal's as readily as another's, and refuses more than may wait. What a
 * principal may use is measured by the clock: asking the engine what a sandbox has really used would cost more than many a
 * call.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #now: () => number;
  readonly #queue: FairQueue;
  readonly #budgets = new Map<Principal, CpuBudget>();
  #isClosed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#queue = new FairQueue(options.concurrency);
  }

  /** Calls that may be executed at once. */
  get concurrency(): number {
    return this.#queue.concurrency;
  }

  set concurrency(concurrency: number) {
    this.#queue.concurrency = concurrency;
  }

  /** How much memory calls may have together that are executed at once; without a word, any. */
  set maxMemory(memory: Bytes) {
    this.#queue.maxMemory = memory;
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Calls that are executed. */
  get running(): number {
    return this.#queue.running;
  }

  /** Where calls of this principal come in. */
  of(quota: CallerQuota): Gate {
    return { admit: (work, signal, cost) => this.#admit(quota, work, signal, cost) };
  }

  /** @throws AppError `shutting-down` when no more calls are admitted */
  requireOpen(): void {
    if (!this.#isClosed) return;
    throw new AppError(failures['shutting-down'].serverEnds, 'The server is shutting down and takes no more calls.');
  }

  /** Admits no more calls. @returns when those that were admitted before are done, those that wait for their turn included */
  async drain(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.whenIdle();
  }

  async #admit<Value>(
    quota: CallerQuota,
    work: () => Promise<Value>,
    signal: AbortSignal,
    { memory, cpus }: CallCost,
  ): Promise<Value> {
    this.requireOpen();
    const lane = { name: quota.principal, maxAtOnce: quota.maxCalls ?? Infinity };
    if (this.#queue.isFull(lane, memory)) this.#requireRoomToWait(quota);
    const budget = this.#budgetOf(quota);
    requireCpuTime(budget, quota);
    const turn = await this.#queue.turn(lane, memory, signal);
    const startedAt = this.#now();
    try {
      // Calls that came before may have used it up.
      requireCpuTime(budget, quota);
      return await work();
    } finally {
      budget?.spend(((this.#now() - startedAt) / 1000) * cpus);
      turn[Symbol.dispose]();
    }
  }

  #requireRoomToWait({ principal, maxWaiting: ownLimit = Infinity }: CallerQuota): void {
    const { maxWaiting } = this.#options;
    const own = this.#queue.waitingIn(principal);
    if (own >= ownLimit) {
      throw busy(`${own} calls of yours are waiting already, which is the limit (http.max_waiting_calls).`);
    }
    if (this.waiting >= maxWaiting) {
      throw busy(`${this.waiting} calls are waiting already, which is the limit (docker.max_waiting_calls).`);
    }
  }

  #budgetOf({ principal, cpuSecondsPerMinute }: CallerQuota): CpuBudget | undefined {
    if (cpuSecondsPerMinute === undefined) return undefined;
    for (const [other, budget] of this.#budgets) if (budget.isWhole) this.#budgets.delete(other);
    const budget = this.#budgets.get(principal) ?? new CpuBudget(cpuSecondsPerMinute, this.#now);
    this.#budgets.set(principal, budget);
    return budget;
  }
}

const busyRetryS = 2;

function busy(message: string): AppError {
  return new AppError(failures.busy.callsWaiting({ seconds: busyRetryS }), message, { retryAfterS: busyRetryS });
}

function requireCpuTime(budget: CpuBudget | undefined, { cpuSecondsPerMinute = 0 }: CallerQuota): void {
  const wait = budget?.waitSeconds ?? 0;
  if (wait === 0) return;
  throw new AppError(
    failures['quota-used-up'].cpuTimeUsedUp({ seconds: wait }),
    `Your calls have used ${cpuSecondsPerMinute} CPU-seconds within a minute, which is the limit (http.max_cpu_seconds).`,
    { retryAfterS: wait },
  );
}
