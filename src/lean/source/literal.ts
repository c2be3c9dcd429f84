import { width } from './identifier.ts';

/** A string literal, or a piece of an interpolated one. */
export interface StringPiece {
  /** After the closing quote or the `{`; the end of the text when neither comes. */
  readonly end: number;
  /** Whether it ended at the `{` of an interpolated term. */
  readonly opensHole: boolean;
}

/** Reads a string from `start`, the place after its opening quote or after the `}` of an interpolated term. */
export function readString(code: string, start: number, interpolated: boolean): StringPiece {
  for (let position = start; position < code.length; position += 1) {
    const c = code[position];
    if (c === '"') return { end: position + 1, opensHole: false };
    if (c === '{' && interpolated) return { end: position + 1, opensHole: true };
    if (c === '\\') position += 1;
  }
  return { end: code.length, opensHole: false };
}

/** Where the raw string at `start` (`r"…"`, `r##"…"##`) ends; `undefined` when none starts there. */
export function rawStringEnd(code: string, start: number): number | undefined {
  if (code[start] !== 'r') return undefined;
  const hashes = countHashes(code, start + 1);
  let position = start + 1 + hashes;
  if (code[position] !== '"') return undefined;
  position += 1;
  while (position < code.length) {
    if (code[position] === '"') {
      const closing = countHashes(code, position + 1, hashes);
      position += closing;
      if (closing === hashes) return position + 1;
    }
    position += 1;
  }
  return code.length;
}

/** Where the character literal at `start` ends; `undefined` when the quote there starts none. */
export function charLiteralEnd(code: string, start: number): number | undefined {
  const first = code.codePointAt(start + 1);
  if (first === undefined || first === 0x27) return undefined;
  const end = first === 0x5c ? escapeEnd(code, start + 1) : start + 1 + width(first);
  return end !== undefined && code[end] === "'" ? end + 1 : undefined;
}

/** Where the number at `start` ends; `start` when there is none. */
export function numberEnd(code: string, start: number): number {
  const c = code.charCodeAt(start);
  if (!(c >= 0x30 && c <= 0x39)) return start;
  const number = /0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:\.?[eE][+-]?\d[\d_]*)?/y;
  number.lastIndex = start;
  return number.test(code) ? number.lastIndex : start;
}

function escapeEnd(code: string, start: number): number | undefined {
  const match = /^\\(?:[\\"'rnt]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.exec(code.slice(start, start + 6));
  return match === null ? undefined : start + match[0].length;
}

function countHashes(code: string, start: number, limit = Infinity): number {
  let count = 0;
  while (count < limit && code[start + count] === '#') count += 1;
  return count;
}
