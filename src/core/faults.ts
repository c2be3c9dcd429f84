import { AppError, messageOf } from './app-error.ts';
import { failures } from './failures/failures.ts';

/** A piece of work to which a fault can be put down. Disposing says that it is over. */
export interface WatchedWork extends Disposable {
  /** Fires when a fault shows in the work that nobody was there to catch. */
  readonly signal: AbortSignal;
}

/**
 * Faults of this program that come up outside of any call's own promises, put down to the work that they happened in: that
 * work ends, and nothing else does.
 */
export class Faults {
  readonly #open = new Map<string, AbortController>();
  readonly #waiting: (() => void)[] = [];

  /** @param id names the work; the log's fields carry it as `call` */
  watch(id: string): WatchedWork {
    const controller = new AbortController();
    this.#open.set(id, controller);
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        this.#open.delete(id);
        if (this.#open.size === 0) for (const tell of this.#waiting.splice(0)) tell();
      },
    };
  }

  /** Resolves when no work is under way. */
  async whenIdle(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Ends the work with AppError `internal`. @returns whether there is such work */
  blame(id: unknown, error: unknown): boolean {
    const work = typeof id === 'string' ? this.#open.get(id) : undefined;
    work?.abort(
      new AppError(failures.internal.faultInCall, `A fault in this program ended the call: ${messageOf(error)}`, {
        cause: error,
      }),
    );
    return work !== undefined;
  }
}
