import { lineEnd } from './comment.ts';

/** A line with which a declaration or a command that prints begins; close enough without Lean's grammar. */
const firstLine =
  /^[ \t]*(?:@\[[^\]\n]*\][ \t]*)?(?:(?:private|protected|public|noncomputable|partial|unsafe|nonrec|meta)[ \t]+)*(?:theorem|lemma|def|example|instance|abbrev|structure|inductive|class|opaque|constant|axiom|#\w+)\b/;

/**
 * The offsets between which the declaration around a piece of text is, as far as lines tell; `end` is not part of it, and
 * behind the last place of the text for the last one.
 */
export function declarationAround(code: string, from: number, to: number): { start: number; end: number } {
  let start = lineStart(code, from);
  while (start > 0 && !beginsDeclaration(code, start)) start = lineStart(code, start - 1);
  for (let end = lineEnd(code, to - 1) + 1; end < code.length; end = lineEnd(code, end) + 1) {
    if (end > from && beginsDeclaration(code, end)) return { start, end };
  }
  return { start, end: code.length + 1 };
}

function beginsDeclaration(code: string, start: number): boolean {
  return firstLine.test(code.slice(start, lineEnd(code, start)));
}

function lineStart(code: string, offset: number): number {
  return offset === 0 ? 0 : code.lastIndexOf('\n', offset - 1) + 1;
}
