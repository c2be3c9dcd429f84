import { shorten } from '../core/bounded-text.ts';
import { makeVisible } from '../core/visible-text.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';

/** Diagnostics that fit, and what it cost. */
interface FittedDiagnostics {
  readonly diagnostics: readonly Diagnostic[];
  readonly omittedDiagnostics: number;
  readonly omittedCharacters: number;
}

/**
 * Makes diagnostics fit a number of characters. A single message gets at most a quarter of it. When there are too many,
 * errors have the first claim, then the earliest; the order stays.
 */
export function fitDiagnostics(diagnostics: readonly Diagnostic[], limit: number): FittedDiagnostics {
  let omittedCharacters = 0;
  const shortened = diagnostics.map((diagnostic) => {
    const { text, omitted } = shorten(makeVisible(diagnostic.message.trimEnd()), Math.max(200, Math.floor(limit / 4)));
    omittedCharacters += omitted;
    return { ...diagnostic, message: text };
  });
  const byClaim = [...shortened.keys()].sort((a, b) => claim(shortened[a]) - claim(shortened[b]) || a - b);
  const kept = new Set<number>();
  let left = limit;
  for (const index of byClaim) {
    left -= (shortened[index]?.message.length ?? 0) + positionCharacters;
    if (left < 0) break;
    kept.add(index);
  }
  const fitting = shortened.filter((_, index) => kept.has(index));
  return { diagnostics: fitting, omittedDiagnostics: shortened.length - fitting.length, omittedCharacters };
}

/** About what severity and position take beside the message. */
const positionCharacters = 40;

function claim(diagnostic: Diagnostic | undefined): number {
  return diagnostic?.severity === 'error' ? 0 : 1;
}
