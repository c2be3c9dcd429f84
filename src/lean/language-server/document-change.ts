import type { LspPosition } from './lean-protocol.ts';

/** A change as `textDocument/didChange` takes it. */
export interface DocumentChange {
  readonly range?: { readonly start: LspPosition; readonly end: LspPosition };
  readonly text: string;
}

/**
 * The change from one text to another that keeps every line that both begin with: Lean before 2024 keeps what it has
 * elaborated only before the range of a change, and elaborates all of a text that is replaced as a whole. That is what a
 * text equal to the one before gets, so that Lean reports about it again.
 */
export function changeBetween(before: string, after: string): DocumentChange {
  if (before === after) return { text: after };
  let start = 0;
  let line = 0;
  // Whole lines: inside one, Lean and we may count differently, because it reads CRLF as LF.
  for (let end = before.indexOf('\n'); end >= 0; end = before.indexOf('\n', start)) {
    if (before.slice(start, end + 1) !== after.slice(start, end + 1)) break;
    start = end + 1;
    line += 1;
  }
  return { range: { start: { line, character: 0 }, end: endOf(before) }, text: after.slice(start) };
}

function endOf(text: string): LspPosition {
  const lines = text.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
