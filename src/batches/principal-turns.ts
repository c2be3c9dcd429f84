/** Of so many principals it is known when they had a turn. */
const maxRemembered = 1000;

/**
 * Whose turn is next: of those who have something waiting and fewer taken than they may have, the one with the fewest, of
 * several the one whose last turn is the longest ago.
 */
export class PrincipalTurns {
  readonly #taken = new Map<string, number>();
  readonly #lastTurn = new Map<string, number>();
  #turns = 0;

  takenOf(principal: string): number {
    return this.#taken.get(principal) ?? 0;
  }

  /** Gives a turn to one of these, if any may have one. */
  next(waiting: Iterable<string>, maxPerPrincipal: number): string | undefined {
    let next: string | undefined;
    for (const principal of waiting) {
      if (this.takenOf(principal) >= maxPerPrincipal) continue;
      if (next === undefined || this.#isBefore(principal, next)) next = principal;
    }
    return next;
  }

  /** One of its checks was taken. */
  took(principal: string): void {
    this.#turns += 1;
    // At the end again, so that the first is the one whose turn is the longest ago.
    this.#lastTurn.delete(principal);
    this.#lastTurn.set(principal, this.#turns);
    const [oldest] = this.#lastTurn.keys();
    if (this.#lastTurn.size > maxRemembered && oldest !== undefined) this.#lastTurn.delete(oldest);
    this.#taken.set(principal, this.takenOf(principal) + 1);
  }

  /** One of its checks is no longer taken. */
  ended(principal: string): void {
    const left = this.takenOf(principal) - 1;
    if (left > 0) this.#taken.set(principal, left);
    else this.#taken.delete(principal);
  }

  #isBefore(one: string, other: string): boolean {
    const more = this.takenOf(one) - this.takenOf(other);
    return more < 0 || (more === 0 && (this.#lastTurn.get(one) ?? 0) < (this.#lastTurn.get(other) ?? 0));
  }
}
