/** A line with which a declaration or a command that prints begins; close enough without Lean's grammar. */
const firstLine =
  /^[ \t]*(?:@\[[^\]\n]*\][ \t]*)?(?:(?:private|protected|public|noncomputable|partial|unsafe|nonrec|meta)[ \t]+)*(?:theorem|lemma|def|example|instance|abbrev|structure|inductive|class|opaque|constant|axiom|#\w+)\b/gm;

/**
 * The offsets between which the declaration around a piece of text is, as far as lines tell; `end` is not part of it, and
 * behind the last place of the text for the last one.
 */
export function declarationAround(code: string, from: number, to: number): { start: number; end: number } {
  let start = 0;
  for (const { index } of code.matchAll(firstLine)) {
    if (index <= from) start = index;
    else if (index >= to) return { start, end: index };
  }
  return { start, end: code.length + 1 };
}
