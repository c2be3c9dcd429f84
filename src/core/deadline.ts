/** Why a piece of work was stopped before it was done. */
export type StopReason = 'timed-out' | 'cancelled';

/**
 * Joins a time limit and a caller's cancellation into one signal. What happens first is the reason, once and for all.
 * The clock runs from the construction and is monotonic.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #caller: AbortSignal | undefined;
  #reason: StopReason | undefined;

  /**
   * @param limitMs time limit in milliseconds; absent: none
   * @param caller the caller's cancellation
   */
  constructor(limitMs?: number, caller?: AbortSignal) {
    this.#caller = caller;
    if (limitMs !== undefined)
      this.#timer = setTimeout(() => {
        this.#stop('timed-out');
      }, limitMs);
    if (caller?.aborted === true) this.#stop('cancelled');
    else caller?.addEventListener('abort', this.#onCancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the signal fired; `undefined` while it has not. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCancel);
  }

  readonly #onCancel = (): void => {
    this.#stop('cancelled');
  };

  #stop(reason: StopReason): void {
    this.#reason ??= reason;
    this.#controller.abort(this.#reason);
  }
}
