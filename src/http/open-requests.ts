import type { Principal } from '../core/ids.ts';
import { rpcError } from './rpc-error.ts';

/** Counts the requests that each principal has open, so that none takes all connections. */
export class OpenRequests {
  readonly #limit: number;
  readonly #counts = new Map<Principal, number>();

  /** @param limit for each principal */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a request until it is closed. @returns the refusal, if it is one too many */
  add(principal: Principal, closed: Promise<void>): Response | undefined {
    const count = this.#counts.get(principal) ?? 0;
    if (count >= this.#limit) {
      return rpcError(429, -32_000, `You have ${count} requests open, which is the limit`, { 'retry-after': '2' });
    }
    this.#counts.set(principal, count + 1);
    void closed.then(() => {
      const left = (this.#counts.get(principal) ?? 1) - 1;
      if (left === 0) this.#counts.delete(principal);
      else this.#counts.set(principal, left);
    });
    return undefined;
  }
}
