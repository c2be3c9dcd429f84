/** CPU time that a principal may use: so many seconds a minute, which it may also use in one go. Paid for afterwards. */
export class CpuBudget {
  readonly #perMinute: number;
  readonly #now: () => number;
  #used = 0;
  #at: number;

  /** @param now a monotonic clock, in milliseconds */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#at = now();
  }

  /** Seconds until something may be used again; 0: now. */
  get waitSeconds(): number {
    this.#recover();
    return Math.max(0, Math.ceil(((this.#used - this.#perMinute) / this.#perMinute) * 60));
  }

  /** Whether nothing is left to be recovered. */
  get isWhole(): boolean {
    this.#recover();
    return this.#used === 0;
  }

  /** Takes seconds that were used, also more than are left. */
  spend(seconds: number): void {
    this.#recover();
    this.#used += seconds;
  }

  #recover(): void {
    const now = this.#now();
    this.#used = Math.max(0, this.#used - ((now - this.#at) / 60_000) * this.#perMinute);
    this.#at = now;
  }
}
