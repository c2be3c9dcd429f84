import type { Session } from '../sessions/session.ts';
import type { Admission } from './admission.ts';

/** Where a call waits until it may begin. */
export type Gate = Pick<Admission, 'admit'>;

/**
 * A gate for calls in a session. The session's turn comes first, then the place among all calls: so those that wait for a
 * turn take no place from other sessions, and nobody holds what another one waits for.
 */
export function inTurnOf(session: Session, gate: Gate): Gate {
  return { admit: (work, signal) => session.takeTurn(() => gate.admit(work, signal), signal) };
}
