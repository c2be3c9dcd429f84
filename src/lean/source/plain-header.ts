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
  const { end } = readHeader(code);
  return blank(code.slice(0, end)) + code.slice(end);
}

/** Spaces instead of everything but line ends; whole lines become empty. */
export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ').replace(/ +(?=\r?\n)/g, '');
}
