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
  const fitting = new Map<Diagnostic, Diagnostic>();
  let omittedCharacters = 0;
  let left = limit;
  for (const diagnostic of byClaim(diagnostics)) {
    const { text, omitted } = makeVisibleWithin(diagnostic.message.trimEnd(), Math.max(200, Math.floor(limit / 4)));
    left -= text.length + positionCharacters;
    if (left < 0) break;
    fitting.set(diagnostic, { ...diagnostic, message: text });
    omittedCharacters += omitted;
  }
  const kept = fitting.size === 0 ? [] : diagnostics.flatMap((diagnostic) => fitting.get(diagnostic) ?? []);
  return { diagnostics: kept, omittedDiagnostics: diagnostics.length - kept.length, omittedCharacters };
}

/** About what severity and position take beside the message. */
const positionCharacters = 40;

/** Errors, then the others. */
function* byClaim(diagnostics: readonly Diagnostic[]): Generator<Diagnostic, void, undefined> {
  for (const diagnostic of diagnostics) if (isError(diagnostic)) yield diagnostic;
  for (const diagnostic of diagnostics) if (!isError(diagnostic)) yield diagnostic;
}
