import type { Session } from '../sessions/session.ts';

/** Where a call waits until it may begin. */
export interface Gate {
  /**
   * Does the work of a call when it is its turn.
   *
   * @throws AppError `busy`, `quota-used-up`, `shutting-down`; the signal's reason when it fires before the call's turn;
   *   what the work throws
   */
  admit<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value>;
}

/**
 * A gate for calls in a session. The session's turn comes first, then the place among all calls: so those that wait for a
 * turn take no place from other sessions, and nobody holds what another one waits for.
 */
export function inTurnOf(session: Session, gate: Gate): Gate {
  return { admit: (work, signal) => session.takeTurn(() => gate.admit(work, signal), signal) };
}
