import { setTimeout as pause } from 'node:timers/promises';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Principal } from '../core/ids.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import type { CheckLeft, Logger, Telemetry } from '../telemetry/telemetry.ts';
import type { ItemResult } from './batch-item.ts';
import { checkItem } from './check-item.ts';
import type { ItemRunners } from './item-runner.ts';
import { RunnersOfBatches } from './runners-of-batches.ts';
import { observeItem } from './observed-item.ts';
import {
  maxAttempts,
  type Check,
  type CheckSettings,
  type ItemReport,
  type Lease,
  type WorkQueue,
} from './work-queue.ts';

export interface WorkerOptions {
  readonly queue: WorkQueue;
  /** The image that checks run in here. Throws AppError when there is none. */
  readonly image: () => Promise<string>;
  /** Asked after a check came to nothing, until it resolves: throws AppError when checks cannot be made now. */
  readonly ready: () => Promise<void>;
  /** How many checks may be under way now. */
  readonly places: () => number;
  /** How many of one principal. */
  readonly placesOfOne: () => number;
  readonly runnersFor: (principal: Principal) => ItemRunners;
  /** A result as readers of the batch get it. */
  readonly report: (result: ItemResult, settings: CheckSettings) => Promise<ItemReport>;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/** Before the queue or the engine is asked again that has failed, in milliseconds. */
const restAfterFailureMs = 1000;
/** Before a check is begun again elsewhere that came to nothing here, in milliseconds. */
const giveBackMs = 1000;
/** A lease is extended so many times as often as it would have to be. */
const extensionsPerLease = 3;

/**
 * Takes checks from a queue whenever there is a place for one, and records what becomes of them. What is no verdict is given
 * back, until it has been tried often enough. Disposing ends what is under way and gives it back.
 */
export class Worker implements AsyncDisposable {
  readonly #options: WorkerOptions;
  /** No more are taken. */
  readonly #closing = new AbortController();
  /** Those under way have had their time. */
  readonly #ending = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #runners: RunnersOfBatches;
  readonly #loop: Promise<void>;
  /** A check came to nothing, so that others could, too. */
  #isDoubtful = false;
  #onEnd: () => void = () => undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#runners = new RunnersOfBatches(options.runnersFor);
    this.#loop = this.#work();
  }

  /** Checks that are under way. */
  get running(): number {
    return this.#underWay.size;
  }

  /** Takes no more checks; resolves when those under way are done. */
  async drain(): Promise<void> {
    this.#closing.abort(new AppError(failures['shutting-down'].workerEnds, 'The worker is shutting down.'));
    await this.#loop;
    await Promise.all(this.#underWay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new AppError(failures['shutting-down'].workerEnds, 'The worker is shutting down.'));
    await this.drain();
    await this.#runners[Symbol.asyncDispose]();
  }

  async #work(): Promise<void> {
    const { queue, logger } = this.#options;
    const { signal } = this.#closing;
    let hasFailed = false;
    while (!signal.aborted) {
      try {
        if (this.#isDoubtful) await this.#options.ready();
        this.#isDoubtful = false;
        const image = await this.#options.image();
        const free = this.#options.places() - this.running;
        if (free <= 0) {
          await new Promise<void>((resolve) => (this.#onEnd = resolve));
          continue;
        }
        const maxPerPrincipal = this.#options.placesOfOne();
        const leases = await queue.take({ image, free, maxPerPrincipal }, signal);
        if (hasFailed) logger.info('The worker takes checks again');
        hasFailed = false;
        for (const lease of leases) this.#begin(lease);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (!hasFailed) logger.warn('The worker can take no checks', { error: messageOf(error) });
        hasFailed = true;
        await pause(restAfterFailureMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #begin(lease: Lease): void {
    const done = this.#check(lease)
      .catch((error: unknown) => {
        // It comes to another worker when the lease has run out.
        this.#left('not-told');
        this.#options.logger.warn('A check could not be recorded', { error: messageOf(error) });
      })
      .finally(() => {
        this.#underWay.delete(done);
        this.#onEnd();
      });
    this.#underWay.add(done);
  }

  async #check(lease: Lease): Promise<void> {
    const unwanted = new AbortController();
    using stop = new JoinedSignal([this.#ending.signal, unwanted.signal]);
    const extend = async (): Promise<void> => {
      if ((await lease.extend()) === 'unwanted') unwanted.abort(new DOMException('nobody wants it', 'AbortError'));
    };
    const timer = setInterval(() => {
      extend().catch((error: unknown) => {
        this.#options.logger.debug('A lease could not be extended', { error: messageOf(error) });
      });
    }, this.#options.queue.leaseMs / extensionsPerLease);
    try {
      await this.#end(lease, await this.#run(lease.check, stop.signal));
    } catch (error) {
      if (unwanted.signal.aborted) {
        await lease.drop();
        this.#left('unwanted');
      } else if (this.#ending.signal.aborted) {
        await lease.giveBack(0);
        this.#left('given-back');
      } else throw error;
    } finally {
      clearInterval(timer);
    }
  }

  async #run({ head, item }: Check, signal: AbortSignal): Promise<ItemResult> {
    const { principal, settings } = head;
    const { telemetry } = this.#options;
    using borrowed = this.#runners.borrow(head);
    const { runner } = borrowed;
    const context = { signal, onProgress: () => undefined };
    // Tries are the queue's: the next one may be on another machine.
    return await observeItem(item, { principal, telemetry }, () => checkItem(item, settings, runner, context, []));
  }

  async #end(lease: Lease, result: ItemResult): Promise<void> {
    const { attempt, check } = lease;
    this.#isDoubtful ||= result.end.kind === 'not-checked';
    if (result.end.kind === 'not-checked' && attempt < maxAttempts) {
      await lease.giveBack(giveBackMs);
      this.#left('given-back');
      return;
    }
    const report = await this.#options.report({ ...result, tries: attempt }, check.head.settings);
    this.#left(await lease.done(report));
  }

  #left(how: CheckLeft): void {
    this.#options.telemetry.emit({ kind: 'check-left', how });
  }
}
