/** Why a piece of work was stopped before it was done. */
export type StopReason = 'timed-out' | 'cancelled';

/**
 * Joins a time limit and a caller's cancellation. What happens first is the reason, once and for all. The clock runs from
 * the construction and is monotonic.
 */
export class Deadline implements Disposable {
  /** Resolves with the reason when there is one; otherwise never. Not: that the work has stopped; that is up to its owner. */
  readonly stopped: Promise<StopReason>;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #caller: AbortSignal | undefined;
  #resolve: (reason: StopReason) => void = () => undefined;

  /**
   * @param limitMs time limit in milliseconds; absent: none
   * @param caller the caller's cancellation
   */
  constructor(limitMs?: number, caller?: AbortSignal) {
    this.#caller = caller;
    this.stopped = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (limitMs !== undefined)
      this.#timer = setTimeout(() => {
        this.#resolve('timed-out');
      }, limitMs);
    if (caller?.aborted === true) this.#resolve('cancelled');
    else caller?.addEventListener('abort', this.#onCancel, { once: true });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCancel);
  }

  readonly #onCancel = (): void => {
    this.#resolve('cancelled');
  };
}
