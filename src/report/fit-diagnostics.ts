import { makeVisibleWithin } from '../core/visible-text.ts';
import { isError, type Diagnostic } from '../lean/diagnostic.ts';

/** Diagnostics that fit, and what it cost. */
interface FittedDiagnostics {
  readonly diagnostics: readonly Diagnostic[];
  readonly omittedDiagnostics: number;
  /** Left out of the messages that fit. */
  readonly omittedCharacters: number;
}

/**
 * Makes diagnostics fit a number of characters. A single message gets at most a quarter of it. When there are too many,
 * errors have the first claim, then the earliest; the order stays. Those that do not fit are not looked at.
 */
export function fitDiagnostics(diagnostics: readonly Diagnostic[], limit: number): FittedDiagnostics {
  const fitting: { readonly index: number; readonly diagnostic: Diagnostic }[] = [];
  let omittedCharacters = 0;
  let left = limit;
  for (const [index, diagnostic] of byClaim(diagnostics)) {
    const { text, omitted } = makeVisibleWithin(diagnostic.message.trimEnd(), Math.max(200, Math.floor(limit / 4)));
    left -= text.length + positionCharacters;
    if (left < 0) break;
    fitting.push({ index, diagnostic: { ...diagnostic, message: text } });
    omittedCharacters += omitted;
  }
  const kept = fitting.sort((a, b) => a.index - b.index).map(({ diagnostic }) => diagnostic);
  return { diagnostics: kept, omittedDiagnostics: diagnostics.length - kept.length, omittedCharacters };
}

/** About what severity and position take beside the message. */
const positionCharacters = 40;

/** Errors, then the others, each with its place in the list. */
function* byClaim(diagnostics: readonly Diagnostic[]): Generator<[number, Diagnostic], void, undefined> {
  for (const entry of diagnostics.entries()) if (isError(entry[1])) yield entry;
  for (const entry of diagnostics.entries()) if (!isError(entry[1])) yield entry;
}
