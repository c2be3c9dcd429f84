import type { Principal } from '../core/ids.ts';

/** A request whose caller is known. */
export interface Exchange {
  /** Its signal fires when the caller closes the connection before the answer is complete. */
  readonly request: Request;
  readonly principal: Principal;
  /** Resolves when the answer is complete or nobody waits for it any more. */
  readonly closed: Promise<void>;
}
