import type { Principal } from '../core/ids.ts';

/**
 * Has one request begun in a turn of the event loop, of one principal after the other. What a request takes of the server's
 * own time is little, but hundreds that arrive together would keep everybody waiting who comes behind them.
 */
export class FairTurns {
  /** Whose turn is next comes first. */
  readonly #waiting = new Map<Principal, (() => void)[]>();

  /** Resolves when it is a request of this principal's turn. */
  async next(principal: Principal): Promise<void> {
    await new Promise<void>((begin) => {
      if (this.#waiting.size === 0) this.#serveSoon();
      const own = this.#waiting.get(principal);
      if (own === undefined) this.#waiting.set(principal, [begin]);
      else own.push(begin);
    });
  }

  #serveSoon(): void {
    setImmediate(() => {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const [principal, [begin, ...others]] = first;
      this.#waiting.delete(principal);
      if (others.length > 0) this.#waiting.set(principal, others);
      if (this.#waiting.size > 0) this.#serveSoon();
      begin?.();
    });
  }
}
