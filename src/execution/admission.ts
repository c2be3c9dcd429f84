import PQueue from 'p-queue';
import { AppError } from '../core/app-error.ts';

export interface AdmissionOptions {
  /** Calls that may be executed at once. */
  readonly concurrency: number;
  /** Calls that may wait for their turn. */
  readonly maxWaiting: number;
}

/** Lets a bounded number of calls in at once, in the order in which they came, and refuses more than may wait. */
export class Admission {
  readonly #queue: PQueue;
  readonly #maxWaiting: number;
  #isClosed = false;

  constructor({ concurrency, maxWaiting }: AdmissionOptions) {
    this.#queue = new PQueue({ concurrency });
    this.#maxWaiting = maxWaiting;
  }

  /** Calls that have their turn. */
  get running(): number {
    return this.#queue.pending;
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Does the work of a call when it is its turn.
   *
   * @throws AppError `busy`, `shutting-down`; the signal's reason when it fires before the call's turn; what the work
   *   throws
   */
  async admit<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    this.requireOpen();
    if (this.#queue.size >= this.#maxWaiting && this.#queue.pending >= this.#queue.concurrency) {
      throw new AppError(
        'busy',
        `${this.#queue.size} calls are waiting already, which is the limit (docker.max_waiting_calls).`,
        {
          hint: 'Try again in a few seconds.',
        },
      );
    }
    signal.throwIfAborted();
    // Taken out of the queue when the caller gives up, but not once the work has begun: that hears the signal itself.
    const waiting = new AbortController();
    const giveUp = (): void => {
      waiting.abort(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const begin = (): Promise<Value> => {
      signal.removeEventListener('abort', giveUp);
      return work();
    };
    return await this.#queue.add(begin, { signal: waiting.signal });
  }

  /** @throws AppError `shutting-down` when no more calls are admitted */
  requireOpen(): void {
    if (!this.#isClosed) return;
    throw new AppError('shutting-down', 'The server is shutting down and takes no more calls.', {
      hint: 'Call again when it is back.',
    });
  }

  /** Admits no more calls. @returns when those that were admitted before are done, those that wait for their turn included */
  async drain(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.onIdle();
  }
}
