import { tokenize } from './lexer.ts';

/** Whether a text has Lean's `#exit`, behind which Lean reads nothing. */
export function hasExitCommand(code: string): boolean {
  let hashEnd: number | undefined;
  for (const { kind, start, end } of tokenize(code)) {
    const text = code.slice(start, end);
    if (kind === 'identifier' && text === 'exit' && hashEnd === start) return true;
    hashEnd = kind === 'symbol' && text === '#' ? end : undefined;
  }
  return false;
}
