import { Pieces } from '../core/pieces.ts';
import type { GoalQuestions } from './sorry-state.ts';
import { lineEnd } from './source/comment.ts';
import { tokenize } from './source/lexer.ts';

/** The states of a proof around a tactic; goals as Lean prints them. */
export interface GoalsAround {
  readonly before: readonly string[];
  /** Absent where Lean shows one state only. */
  readonly after?: readonly string[];
}

/** How many words to the left a tactic's beginning is looked for. */
const maxWords = 16;

/**
 * The goals before and after the tactic at an offset. Lean shows the state before a tactic at its first character and the
 * state after it at the next: so the tactic is what begins nearest to the left, on the same line, where the two differ. A
 * tactic with others in it shows one state on both; then it is the first on the line, and the state after is the one at
 * the line's end.
 */
export async function askGoalsAround(
  questions: Pick<GoalQuestions, 'goals'>,
  text: string,
  offset: number,
): Promise<GoalsAround | undefined> {
  const goalsAt = (place: number): Promise<readonly string[] | undefined> =>
    questions.goals(place).catch(() => undefined);
  const { left, end } = await wordsOfLine(text, offset);
  const [here, atEnd, ...states] = await Promise.all([
    goalsAt(offset),
    goalsAt(end ?? offset),
    ...left.map(async ({ start, begins }) => {
      const [at, within] = await Promise.all([goalsAt(start), goalsAt(start + 1)]);
      return { at, within, begins };
    }),
  ]);
  for (const { at, within, begins } of states.toReversed()) {
    if (at !== undefined && within !== undefined && (begins || !isSame(at, within))) {
      return { before: at, after: within };
    }
  }
  const first = states.find(({ at }) => at !== undefined)?.at;
  if (first !== undefined) return { before: first, ...(atEnd !== undefined && { after: atEnd }) };
  return here && { before: here };
}

interface Word {
  readonly start: number;
  /** Whether a tactic begins with it, even if it does nothing. */
  readonly begins: boolean;
}

const beforeTactic: ReadonlySet<string> = new Set([';', 'by']);

/** The tokens that begin on the line of an offset, comments left out: the last ones to its left, and where the line's end. */
async function wordsOfLine(text: string, offset: number): Promise<{ left: readonly Word[]; end: number | undefined }> {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const to = lineEnd(text, offset);
  const pieces = new Pieces();
  const left: Word[] = [];
  let end: number | undefined;
  let last = '';
  for (const token of tokenize(text)) {
    if (pieces.stepEnds()) await pieces.next();
    if (token.start >= to) break;
    if (token.start < from || token.kind === 'comment') continue;
    const { start } = token;
    // Where nothing is to the left, the first word is meant.
    if (start <= offset || left.length === 0) left.push({ start, begins: beforeTactic.has(last) });
    if (left.length > maxWords) left.shift();
    end = token.end;
    last = text.slice(start, end);
  }
  return { left, end };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((goal, index) => goal === b[index]);
}
