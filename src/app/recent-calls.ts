import type { Observer } from '../telemetry/telemetry.ts';

/** For so long after a call others are likely to come, in milliseconds. */
const recentMs = 60_000;

/** Knows whether somebody calls, or has lately; checks of a queue are no calls. */
export class RecentCalls {
  readonly #now: () => number;
  #underWay = 0;
  #lastEnd = -Infinity;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  readonly observe: Observer = ({ kind }) => {
    if (kind === 'call-began') this.#underWay += 1;
    else if (kind === 'call-ended') {
      this.#underWay -= 1;
      this.#lastEnd = this.#now();
    }
  };

  get areThere(): boolean {
    return this.#underWay > 0 || this.#now() - this.#lastEnd < recentMs;
  }

  /** How many of so many places work takes that can wait: a share of them while somebody calls, at least one; else all. */
  placesForOthers(all: number, share: number): number {
    return this.areThere ? Math.max(1, Math.floor(all * share)) : all;
  }
}
