/*
 * Remembers which kinds of item cannot be made, and says when to try again: once after each pause, and the pauses grow.
 * Trouble with a kind begins when making it fails or when an item ends right after it was made. It is over when one has
 * been made; if they were made but did not last, when none has ended for a while. Beginning and end are a line in the log.
 */
import { messageOf } from '../core/app-error.ts';
import type { Logger } from '../telemetry/telemetry.ts';

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** An item that ends by itself before it is this old was not made well. */
export const shortLifeMs = 5000;

interface Trouble {
  failures: number;
  /** Whether items could be made, but did not last. */
  shortLived: boolean;
  /** The pause until the next attempt, or the time in which an item has to last; none while an attempt is under way. */
  timer: NodeJS.Timeout | undefined;
  state: 'pausing' | 'trying' | 'on-probation';
}

export interface CreationBackoffOptions {
  /** Makes an item of the kind, or says that none is wanted any more. */
  readonly retry: (key: string) => boolean;
  readonly onRecovered: (key: string) => void;
  readonly logger: Logger;
}

/** The kinds that cannot be made. Disposing ends all pauses. */
export class CreationBackoff implements Disposable {
  readonly #options: CreationBackoffOptions;
  readonly #troubles = new Map<string, Trouble>();

  constructor(options: CreationBackoffOptions) {
    this.#options = options;
  }

  isFailing(key: string): boolean {
    return this.#troubles.has(key);
  }

  /** An item could not be made. */
  failed(key: string, error: unknown): void {
    const trouble = this.#begin(key, messageOf(error));
    // Attempts that were under way together count as one.
    if (trouble.state !== 'pausing') this.#pause(key, trouble);
  }

  /** An item was made, but has ended by itself before it was {@link shortLifeMs} old. */
  endedEarly(key: string): void {
    const trouble = this.#begin(key, 'it ended by itself right after it was made');
    trouble.shortLived = true;
    if (trouble.state !== 'pausing') this.#pause(key, trouble);
  }

  /** An item was made. */
  made(key: string): void {
    const trouble = this.#troubles.get(key);
    if (trouble === undefined || trouble.state === 'on-probation') return;
    clearTimeout(trouble.timer);
    if (!trouble.shortLived) {
      this.#end(key);
      return;
    }
    trouble.state = 'on-probation';
    trouble.timer = setTimeout(() => {
      this.#end(key);
    }, shortLifeMs).unref();
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#troubles.values()) clearTimeout(timer);
    this.#troubles.clear();
  }

  #begin(key: string, why: string): Trouble {
    const known = this.#troubles.get(key);
    if (known !== undefined) return known;
    this.#options.logger.warn('A kind of sandbox cannot be made; trying again with growing pauses', {
      kind: key,
      error: why,
    });
    const trouble: Trouble = { failures: 0, shortLived: false, timer: undefined, state: 'trying' };
    this.#troubles.set(key, trouble);
    return trouble;
  }

  #pause(key: string, trouble: Trouble): void {
    clearTimeout(trouble.timer);
    trouble.failures += 1;
    trouble.state = 'pausing';
    trouble.timer = setTimeout(() => {
      trouble.state = 'trying';
      if (!this.#options.retry(key)) this.#troubles.delete(key);
    }, retryPauseMs(trouble.failures)).unref();
  }

  #end(key: string): void {
    this.#troubles.delete(key);
    this.#options.logger.info('A kind of sandbox can be made again', { kind: key });
    this.#options.onRecovered(key);
  }
}

/** How long to wait before the next attempt after this many failures in a row, in milliseconds. */
export function retryPauseMs(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
}
