import type { Diagnostic, Position } from './diagnostic.ts';
import { LineIndex } from './source/line-index.ts';
import type { Splice } from './source/splice.ts';

/** A message about another place. */
export function moveDiagnostic(diagnostic: Diagnostic, move: (position: Position) => Position): Diagnostic {
  return { ...diagnostic, start: move(diagnostic.start), end: move(diagnostic.end) };
}

/** Positions in a text with a part replaced, as positions in the text as it was. */
export function throughSplice(splice: Splice, base: string): (position: Position) => Position {
  const lines = new LineIndex(splice.text);
  const baseLines = new LineIndex(base);
  return (position) => baseLines.leanPosition(splice.toBase(lines.offsetOfLean(position)));
}
