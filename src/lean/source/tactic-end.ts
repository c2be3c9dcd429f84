import { Pieces } from '../../core/pieces.ts';
import { closers, closingOf } from './brackets.ts';
import { tokenize } from './lexer.ts';

/** What a tactic does not go beyond, where it stands in no bracket of the tactic itself. */
const delimiters: ReadonlySet<string> = new Set([';', ',', '|', 'then', 'else', ...closers]);

/**
 * Where the tactic ends that begins at an offset, as far as the text tells without Lean's grammar: before what closes a
 * bracket around it or begins the next tactic, and before a line that does not stand to its right.
 *
 * @param least an offset that certainly belongs to it
 */
export async function tacticEnd(code: string, start: number, least: number): Promise<number> {
  const pieces = new Pieces();
  const column = start - (code.lastIndexOf('\n', start - 1) + 1);
  let end = Math.max(start, least);
  let depth = 0;
  let previous = 0;
  const rest = code.slice(start);
  for (const token of tokenize(rest)) {
    if (pieces.stepEnds()) await pieces.next();
    const word = rest.slice(token.start, token.end);
    const lineStart = rest.slice(previous, token.start).lastIndexOf('\n');
    const isFurtherLeft = lineStart >= 0 && token.start - (previous + lineStart + 1) <= column;
    previous = token.end;
    if (token.kind === 'comment') continue;
    const isBehind = start + token.start >= least && depth === 0;
    if (isBehind && (isFurtherLeft || delimiters.has(word) || rest.startsWith('<;>', token.start))) break;
    if (token.kind === 'symbol' && closingOf[word] !== undefined) depth += 1;
    if (token.kind === 'symbol' && closers.has(word)) depth -= 1;
    end = Math.max(end, start + token.end);
  }
  return end;
}
