import type { Principal } from '../core/ids.ts';
import { rpcError } from './rpc-error.ts';

/** A place among the open requests, or the answer when there is none left. */
export type Place = { readonly keepUntil: (end: Promise<void>) => void } | { readonly refusal: Response };

/** Counts the requests that each principal has open, so that none takes all connections. */
export class OpenRequests {
  readonly #limit: number;
  readonly #counts = new Map<Principal, number>();

  /** @param limit for each principal */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a request until it is closed, and until whatever else its place is kept for has ended. */
  add(principal: Principal, closed: Promise<void>): Place {
    const count = this.#counts.get(principal) ?? 0;
    if (count >= this.#limit) {
      const message = `You have ${count} requests open, which is the limit`;
      return { refusal: rpcError(429, -32_000, message, { 'retry-after': '2' }) };
    }
    let ends = 0;
    const keepUntil = (end: Promise<void>): void => {
      if (ends === 0) this.#change(principal, 1);
      ends += 1;
      void end.then(() => {
        ends -= 1;
        if (ends === 0) this.#change(principal, -1);
      });
    };
    keepUntil(closed);
    return { keepUntil };
  }

  #change(principal: Principal, by: 1 | -1): void {
    const count = (this.#counts.get(principal) ?? 0) + by;
    if (count === 0) this.#counts.delete(principal);
    else this.#counts.set(principal, count);
  }
}
