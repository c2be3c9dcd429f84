import type { PlacedCode } from './placed-code.ts';
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
const mostWords = 16;

/**
 * The goals before and after the tactic at an offset. Lean shows the state before a tactic at its first character and the
 * state after it at the next: so the tactic is what begins nearest to the left, on the same line, where the two differ. A
 * tactic with others in it shows one state on both; then it is the first on the line, and the state after is the one at
 * the line's end.
 */
export async function askGoalsAround(
  questions: Pick<GoalQuestions, 'goals'>,
  { code, toLsp }: PlacedCode,
  offset: number,
): Promise<GoalsAround | undefined> {
  const goalsAt = (place: number): Promise<readonly string[] | undefined> =>
    questions.goals(toLsp(place)).catch(() => undefined);
  const words = wordsOfLine(code, offset);
  const before = words.filter(({ start }) => start <= offset).slice(-mostWords);
  const left = before.length > 0 ? before : words.slice(0, 1);
  const end = words.at(-1)?.end;
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
  readonly end: number;
  /** Whether a tactic begins with it, even if it does nothing. */
  readonly begins: boolean;
}

const beforeTactic: ReadonlySet<string> = new Set([';', 'by']);

/** Tokens that begin on the line of an offset, comments left out. */
function wordsOfLine(code: string, offset: number): readonly Word[] {
  const from = code.lastIndexOf('\n', offset - 1) + 1;
  const to = lineEnd(code, offset);
  const words: Word[] = [];
  let last = '';
  for (const { kind, start, end } of tokenize(code)) {
    if (start >= to) break;
    if (start < from || kind === 'comment') continue;
    words.push({ start, end, begins: beforeTactic.has(last) });
    last = code.slice(start, end);
  }
  return words;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((goal, index) => goal === b[index]);
}
