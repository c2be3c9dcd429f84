import type { GoalList } from './diagnostic.ts';
import { isTarget } from './parse-goal.ts';

const beginnings = ['unsolved goals\n', 'error: unsolved goals\n'];

/** Whether a message is that of an unsolved-goals error. */
export function saysUnsolved(message: string): boolean {
  return goalsStart(message) < message.length;
}

/** So many characters of messages are read for goals; beyond, there are more goals, and nobody counts them. */
const maxRead = 128 * 1024;

/** Reads the goals in messages of unsolved-goals errors. What one reader reads is bounded, however many messages it is given. */
export class UnsolvedGoals {
  #left = maxRead;

  /** The goals as Lean prints them; none for other messages. */
  read(message: string): GoalList<string> {
    const goals: string[] = [];
    const end = message.trimEnd().length;
    let start = goalsStart(message);
    for (let piece = start; piece < end;) {
      const rest = message.slice(piece, Math.min(end, piece + this.#left));
      const gap = rest.indexOf('\n\n');
      if (gap < 0 && piece + rest.length < end) {
        this.#left = 0;
        return { goals, more: 1 };
      }
      const pieceEnd = gap < 0 ? end : piece + gap;
      // Each goal ends with its target; an empty line elsewhere belongs to the goal.
      if (pieceEnd === end || message.slice(piece, pieceEnd).split('\n').some(isTarget)) {
        goals.push(message.slice(start, pieceEnd));
        start = pieceEnd + 2;
      }
      this.#left -= pieceEnd + 2 - piece;
      piece = pieceEnd + 2;
    }
    return { goals, more: 0 };
  }
}

/** Where the first goal begins; the end of the message when it tells of none. */
function goalsStart(message: string): number {
  const beginning = beginnings.find((text) => message.startsWith(text));
  return beginning === undefined ? message.length : beginning.length;
}
