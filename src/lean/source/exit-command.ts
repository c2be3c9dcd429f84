import { Pieces } from '../../core/pieces.ts';
import { tokenize } from './lexer.ts';

/** Whether a text has Lean's `#exit`, behind which Lean reads nothing. */
export async function hasExitCommand(code: string): Promise<boolean> {
  if (!code.includes('exit')) return false;
  const pieces = new Pieces();
  let hashEnd: number | undefined;
  for (const { kind, start, end } of tokenize(code)) {
    if (pieces.stepEnds()) await pieces.next();
    const text = code.slice(start, end);
    if (kind === 'identifier' && text === 'exit' && hashEnd === start) return true;
    hashEnd = kind === 'symbol' && text === '#' ? end : undefined;
  }
  return false;
}
