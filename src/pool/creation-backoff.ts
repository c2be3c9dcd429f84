/*
 * Remembers which kinds of item cannot be made, and says when to try again: once after each pause, and the pauses grow.
 * Trouble with a kind begins when making it fails or when an item ends right after it was made. It is over when one has
 * been made; if they were made but did not last, when none has ended for a while.
 */
const firstPauseMs = 500;
const maxPauseMs = 30_000;

/** An item that ends by itself before it is this old was not made well. */
export const shortLifeMs = 5000;

interface Trouble<Kind> {
  readonly kind: Kind;
  failures: number;
  /** Whether items could be made, but did not last. */
  shortLived: boolean;
  /** The pause until the next attempt, or the time in which an item has to last; none while an attempt is under way. */
  timer: NodeJS.Timeout | undefined;
  state: 'pausing' | 'trying' | 'on-probation';
}

export interface CreationBackoffOptions<Kind> {
  /** Makes an item of the kind, or says that none is wanted any more. */
  readonly retry: (kind: Kind) => boolean;
  /** Told once, when trouble begins. */
  readonly onTrouble: (kind: Kind, error: unknown) => void;
  readonly onRecovered: (kind: Kind) => void;
}

/** The kinds that cannot be made. Disposing ends all pauses. */
export class CreationBackoff<Kind extends { readonly name: string }> implements Disposable {
  readonly #options: CreationBackoffOptions<Kind>;
  readonly #troubles = new Map<string, Trouble<Kind>>();

  constructor(options: CreationBackoffOptions<Kind>) {
    this.#options = options;
  }

  isFailing({ name }: Kind): boolean {
    return this.#troubles.has(name);
  }

  /** An item could not be made. */
  failed(kind: Kind, error: unknown): void {
    const trouble = this.#begin(kind, error);
    // Attempts that were under way together count as one.
    if (trouble.state !== 'pausing') this.#pause(trouble);
  }

  /** An item was made, but has ended by itself before it was {@link shortLifeMs} old. */
  endedEarly(kind: Kind): void {
    const trouble = this.#begin(kind, new Error('it ended by itself right after it was made'));
    trouble.shortLived = true;
    if (trouble.state !== 'pausing') this.#pause(trouble);
  }

  /** An item was made. */
  made(kind: Kind): void {
    const trouble = this.#troubles.get(kind.name);
    if (trouble === undefined || trouble.state === 'on-probation') return;
    clearTimeout(trouble.timer);
    if (!trouble.shortLived) {
      this.#end(kind);
      return;
    }
    trouble.state = 'on-probation';
    trouble.timer = setTimeout(() => {
      this.#end(kind);
    }, shortLifeMs).unref();
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#troubles.values()) clearTimeout(timer);
    this.#troubles.clear();
  }

  #begin(kind: Kind, error: unknown): Trouble<Kind> {
    const known = this.#troubles.get(kind.name);
    if (known !== undefined) return known;
    this.#options.onTrouble(kind, error);
    const trouble: Trouble<Kind> = { kind, failures: 0, shortLived: false, timer: undefined, state: 'trying' };
    this.#troubles.set(kind.name, trouble);
    return trouble;
  }

  #pause(trouble: Trouble<Kind>): void {
    const { kind } = trouble;
    clearTimeout(trouble.timer);
    trouble.failures += 1;
    trouble.state = 'pausing';
    trouble.timer = setTimeout(() => {
      trouble.state = 'trying';
      if (!this.#options.retry(kind)) this.#troubles.delete(kind.name);
    }, retryPauseMs(trouble.failures)).unref();
  }

  #end(kind: Kind): void {
    this.#troubles.delete(kind.name);
    this.#options.onRecovered(kind);
  }
}

/** How long to wait before the next attempt after this many failures in a row, in milliseconds. */
export function retryPauseMs(failures: number): number {
  return Math.min(maxPauseMs, firstPauseMs * 2 ** (failures - 1));
}
