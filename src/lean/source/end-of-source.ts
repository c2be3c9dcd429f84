import { Pieces } from '../../core/pieces.ts';
import { tokenize } from './lexer.ts';

/** Where Lean stops reading a text: before the command `#exit`, else at its end. A UTF-16 offset. */
export async function endOfSource(code: string): Promise<number> {
  if (!code.includes('#exit')) return code.length;
  const pieces = new Pieces();
  let before = '';
  for (const { kind, start, end } of tokenize(code)) {
    if (pieces.stepEnds()) await pieces.next();
    const text = kind === 'comment' ? '' : code.slice(start, end);
    if (text === '#exit') return start;
    // However the tokenizer cuts it.
    if (before === '#' && text === 'exit' && code[start - 1] === '#') return start - 1;
    before = text;
  }
  return code.length;
}
