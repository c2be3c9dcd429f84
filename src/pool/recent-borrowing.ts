import { keepRecent } from './keep-recent.ts';
import { RecentDemand } from './recent-demand.ts';

/** What was taken five seconds ago counts half. */
const halfLifeMs = 5000;

/** Whether so little was taken beside this other amount that whoever took it comes first. */
export function isFarLess(taken: number, than: number): boolean {
  return taken < than * 0.75;
}

/** Below this a borrower is forgotten: after five minutes, if it took little. */
const forgottenBelow = 2 ** -60;

/** Above this a borrower has come within the last twenty seconds or so. */
const justCame = 2 ** -4;

/** Remembers who has taken how many items of each kind lately, to tell who has had far less than others. */
export class RecentBorrowing {
  readonly #now: () => number;
  readonly #byKind = new Map<string, RecentDemand>();

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  record(kind: string, borrower: string): void {
    const borrowing = this.#byKind.get(kind) ?? new RecentDemand(halfLifeMs, this.#now);
    keepRecent(this.#byKind, kind, borrowing);
    borrowing.record(borrower);
  }

  /** How much a borrower has taken of a kind lately. */
  of(kind: string, borrower: string): number {
    return this.#byKind.get(kind)?.of(borrower) ?? 0;
  }

  /** Whether somebody who took far less of some kind than another has come within the last seconds. */
  get isUneven(): boolean {
    return [...this.#byKind.values()].some((borrowing) => {
      const amounts = borrowing.keys().map((borrower) => borrowing.of(borrower));
      const most = Math.max(...amounts);
      return amounts.some((taken) => taken >= justCame && isFarLess(taken, most));
    });
  }

  /** Whether somebody else, who took far less of this kind lately, may come again. */
  comesAfterAnother(kind: string, borrower: string): boolean {
    const borrowing = this.#byKind.get(kind);
    if (borrowing === undefined) return false;
    const own = borrowing.of(borrower);
    return borrowing.keys().some((other) => {
      const taken = borrowing.of(other);
      return other !== borrower && taken >= forgottenBelow && isFarLess(taken, own);
    });
  }
}
