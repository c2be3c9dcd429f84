import { abortable } from '../../core/abortable.ts';
import { withResolvers } from '../../core/with-resolvers.ts';

/** What several may wait for until it may have come true: a condition variable. */
export class Condition {
  readonly #waiting = new Set<() => void>();

  /** Wakes all who wait; each looks for itself. */
  notifyAll(): void {
    for (const wake of this.#waiting) wake();
  }

  /**
   * Resolves at the next {@link notifyAll}, or after this long, in milliseconds.
   *
   * @throws the signal's reason
   */
  async wait(signal: AbortSignal, limitMs?: number): Promise<void> {
    const { promise, resolve } = withResolvers();
    this.#waiting.add(resolve);
    const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
    try {
      await abortable(promise, signal);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    }
  }
}
