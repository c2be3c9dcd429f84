import type { Bytes } from '../core/bytes.ts';
import { patiently } from '../core/patiently.ts';
import type { Session } from '../sessions/session.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What a call takes while it runs. */
export interface CallCost {
  readonly memory: Bytes;
  readonly cpus: number;
}

/** Where a call waits until it may begin. */
export interface Gate {
  /**
   * Does the work of a call when it is its turn.
   *
   * @param cost what its sandbox gets
   * @throws AppError `busy`, `quota-used-up`, `shutting-down`; the signal's reason when it fires before the call's turn;
   *   what the work throws
   */
  admit<Value>(work: () => Promise<Value>, signal: AbortSignal, cost: CallCost): Promise<Value>;
}

/** A gate where work waits for as long as it takes that would be told to come again. For parts of a call that has begun. */
export function patient(gate: Gate): Gate {
  return {
    admit: (work, signal, cost) => patiently(() => gate.admit(work, signal, cost), signal),
  };
}

/** A gate that measures how long a call waits at it. */
export function timed(gate: Gate, stopwatch: Stopwatch): Gate {
  return {
    admit: (work, signal, cost) => {
      stopwatch.beginQueue();
      const begin = (): ReturnType<typeof work> => {
        stopwatch.endQueue();
        return work();
      };
      return gate.admit(begin, signal, cost);
    },
  };
}

/**
 * A gate for calls in a session. The session's turn comes first, then the place among all calls: so those that wait for a
 * turn take no place from other sessions, and nobody holds what another one waits for.
 */
export function inTurnOf(session: Session, gate: Gate): Gate {
  return { admit: (work, signal, cost) => session.takeTurn(() => gate.admit(work, signal, cost), signal) };
}
