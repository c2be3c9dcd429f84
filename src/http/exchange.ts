import type { Principal } from '../core/ids.ts';

/** A request whose caller is known. */
export interface Exchange {
  /** Its signal fires when the caller closes the connection before the answer is complete. */
  readonly request: Request;
  readonly principal: Principal;
  /** Resolves when the answer is complete or nobody waits for it any more. */
  readonly closed: Promise<void>;
  /** Says that the body may take any time to arrive: whoever says so must see to it that it does arrive. */
  readonly bodyMayLast: () => void;
  /** Has the request count among the caller's open ones until then, also when nobody waits for its answer any more. */
  readonly keepPlaceUntil: (end: Promise<void>) => void;
}

/** The answer to somebody who has closed the connection: for the log only. */
export function hungUp(): Response {
  return new Response(null, { status: 499 });
}
