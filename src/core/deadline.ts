import { setMaxListeners } from 'node:events';
import { withResolvers } from './with-resolvers.ts';

/** Why a piece of work was stopped before it was done. */
export type StopReason = 'timed-out' | 'cancelled';

/** What came first: the work's own end, or what stopped it. */
export type Raced<Value> = { readonly value: Value } | { readonly stopped: StopReason };

/**
 * Joins a time limit and a caller's cancellation. What happens first is the reason, once and for all. The clock runs from
 * the construction and is monotonic.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #stopped = withResolvers<{ readonly stopped: StopReason }>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #caller: AbortSignal | undefined;

  /**
   * @param limitMs time limit in milliseconds; absent: none
   * @param caller the caller's cancellation
   */
  constructor(limitMs?: number, caller?: AbortSignal) {
    this.#caller = caller;
    // Much that has limits of its own may end with one caller.
    if (caller !== undefined) setMaxListeners(0, caller);
    if (limitMs !== undefined)
      this.#timer = setTimeout(() => {
        this.#stop('timed-out');
      }, limitMs);
    if (caller?.aborted === true) this.#stop('cancelled');
    else caller?.addEventListener('abort', this.#onCancel, { once: true });
  }

  /** Fires when there is a reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for work until something stops that; the work itself goes on, and nobody hears of it any more. Throws what the work throws. */
  async race<Value>(work: Promise<Value>): Promise<Raced<Value>> {
    work.catch(() => undefined);
    return await Promise.race([work.then((value) => ({ value })), this.#stopped.promise]);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCancel);
  }

  readonly #onCancel = (): void => {
    this.#stop('cancelled');
  };

  #stop(reason: StopReason): void {
    this.#stopped.resolve({ stopped: reason });
    this.#controller.abort(reason);
  }
}
