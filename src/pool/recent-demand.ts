import { keepRecent } from './keep-recent.ts';

/** Counts how often keys are asked for, the latest ones; what is long past weighs less and less. */
export class RecentDemand {
  readonly #halfLifeMs: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { weight: number; at: number }>();

  /**
   * @param halfLifeMs after this time a request weighs half
   * @param now a monotonic clock, in milliseconds
   */
  constructor(halfLifeMs: number, now: () => number) {
    this.#halfLifeMs = halfLifeMs;
    this.#now = now;
  }

  record(key: string): void {
    const weight = this.of(key) + 1;
    keepRecent(this.#entries, key, { weight, at: this.#now() });
  }

  of(key: string): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : entry.weight * 0.5 ** ((this.#now() - entry.at) / this.#halfLifeMs);
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }
}
