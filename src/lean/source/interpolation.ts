import type { Token } from './token.ts';

/**
 * Whether a string that starts at `position` is interpolated (`s!"{x}"`), so that `{` opens a term in it.
 * Only Lean's grammar knows for certain; this knows Lean's own forms, and takes `name!"` for one.
 *
 * @param before the last four tokens before it, comments left out; fewer at the start of the text
 */
export function startsInterpolation(code: string, before: readonly Token[], position: number): boolean {
  const text = (back: number): string => {
    const token = before.at(-back);
    return token === undefined ? '' : code.slice(token.start, token.end);
  };
  const last = text(1);
  if (beforeString.has(last)) return true;
  if (before.at(-1)?.kind === 'identifier' && (beforeOneTerm.has(text(2)) || beforeTwoTerms.has(text(3)))) return true;
  if (last === ']' && text(3) === '[' && traces.has(text(4))) return true;
  return before.at(-1)?.end === position && /^[^.«]+!$/u.test(last) && !plain.has(last);
}

const beforeString: ReadonlySet<string> = new Set([
  's!',
  'm!',
  'f!',
  'v!',
  'println!',
  'throwError',
  'dbg_trace',
  'reportIssue!',
  'reportDbgIssue!',
  'reportEMatchIssue!',
]);
const beforeOneTerm: ReadonlySet<string> = new Set([
  'throwErrorAt',
  'throwNamedError',
  'logNamedError',
  'logNamedWarning',
]);
const beforeTwoTerms: ReadonlySet<string> = new Set(['throwNamedErrorAt', 'logNamedErrorAt', 'logNamedWarningAt']);
const traces: ReadonlySet<string> = new Set(['trace', 'trace_goal', 'Macro.trace']);
const plain: ReadonlySet<string> = new Set(['panic!']);
