import { normaliseHeader, readHeader } from './header.ts';

/**
 * The header of a text in plain form: equal for texts that import the same. `undefined` when Lean versions disagree on
 * the header or find something wrong with it, so that only the text itself will do.
 */
export function plainHeader(code: string): string | undefined {
  const header = readHeader(code);
  if (header.problem !== undefined || header.imports.some(({ isDisputed }) => isDisputed)) return undefined;
  return normaliseHeader(header);
}

/** The text without its header; every character that is left stays on its line and in its column. */
export function blankHeader(code: string): string {
  return blankOut(code, 0, readHeader(code).end);
}

/** Spaces instead of a part of a text, line ends excepted; no line ends in spaces because of it. */
export function blankOut(text: string, from: number, to: number): string {
  const lines = text.slice(from, to).split('\n');
  const last = lines.pop() ?? '';
  const blank = lines.map((line) => (line.endsWith('\r') ? '\r\n' : '\n')).join('');
  const endsLine = /^\r?(?:\n|$)/.test(text.slice(to, to + 2));
  return text.slice(0, from) + blank + (endsLine ? '' : ' '.repeat(last.length)) + text.slice(to);
}
