import { readSuggestions } from '../lean/suggestions.ts';
import { indentAt, indentedLength } from '../lean/source/attempt.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import { tacticEnd } from '../lean/source/tactic-end.ts';
import type { AttemptResult } from './proof-service.ts';

/** So many suggestions of one attempt are looked at, and so many of all are tried. */
const maxOfAttempt = 8;
const maxSuggested = 32;
/** The longest a suggestion may become by its indentation, in UTF-16 units. */
const maxPlacedLength = 64 * 1024;

/** An attempt that another one suggested. */
export interface SuggestedAttempt {
  readonly tactic: string;
  readonly suggestedBy: number;
}

/**
 * Attempts with what Lean suggested about others in the place that it was said about; each text once, and none that was
 * tried already.
 *
 * @param problemWith why a text cannot be tried; such a one is left out
 */
export async function suggestedAttempts(
  attempts: readonly AttemptResult[],
  problemWith: (tactic: string) => Promise<string | undefined>,
): Promise<SuggestedAttempt[]> {
  const known = new Set<string>();
  for (const { tactic } of attempts) known.add(await indentAt(tactic, 0));
  const suggested: SuggestedAttempt[] = [];
  for (const [index, attempt] of attempts.entries()) {
    for await (const tactic of replaced(attempt)) {
      if (suggested.length === maxSuggested) return suggested;
      if (!known.has(tactic) && (await problemWith(tactic)) === undefined) {
        suggested.push({ tactic, suggestedBy: index + 1 });
      }
      known.add(tactic);
    }
  }
  return suggested;
}

/** The attempt with each of its suggestions in place. */
async function* replaced({ tactic, diagnostics }: AttemptResult): AsyncGenerator<string, void, undefined> {
  // Positions are in the attempt without its common indentation.
  const code = await indentAt(tactic, 0);
  const lines = new LineIndex(code);
  let read = 0;
  for (const diagnostic of diagnostics) {
    const suggestions = readSuggestions(diagnostic, maxOfAttempt - read);
    if (suggestions.length === 0) continue;
    read += suggestions.length;
    const start = lines.offsetOfLean(diagnostic.start);
    const end = await tacticEnd(code, start, lines.offsetOfLean(diagnostic.end));
    const { column } = lines.leanPosition(start);
    for (const { text } of suggestions) {
      if (indentedLength(text, column) > maxPlacedLength) continue;
      yield code.slice(0, start) + (await indentAt(text, column)) + code.slice(end);
    }
  }
}
