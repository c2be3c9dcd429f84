/** Names that are longer, in UTF-16 units, are of no use to anybody. */
export const maxNameLength = 2000;

/** Tells which characters beyond ASCII may stand in an identifier. */
export type LetterTest = (codePoint: number) => boolean;

/** Letters and subscripts of Lean's identifiers beyond ASCII, as Lean 4.27 has them. */
export const isLetter: LetterTest = (c) =>
  isEarlyLetter(c) || (c >= 0xc0 && c <= 0x17f && c !== 0xd7 && c !== 0xf7) || c === subscriptJ;

/** The same before Lean took in the Latin letters with accents. */
export const isEarlyLetter: LetterTest = (c) =>
  isGreekOrCoptic(c) ||
  (c >= 0x1f00 && c <= 0x1ffe) ||
  (c >= 0x2100 && c <= 0x214f) ||
  (c >= 0x1d49c && c <= 0x1d59f) ||
  isSubscript(c);

/** Finds where identifiers end in one text. Linear over the whole text, also where `«` is never closed. */
export class IdentifierReader {
  readonly #code: string;
  readonly #isLetter: LetterTest;
  readonly #lastQuoteEnd: number;

  constructor(code: string, letters: LetterTest = isLetter) {
    this.#code = code;
    this.#isLetter = letters;
    this.#lastQuoteEnd = code.lastIndexOf('»');
  }

  /** Where the identifier that starts at `start` ends, dots and «quoted» parts included; `start` when there is none. */
  end(start: number): number {
    let end = this.#componentEnd(start);
    if (end === start) return start;
    while (this.#code.charCodeAt(end) === dot) {
      const next = this.#componentEnd(end + 1);
      if (next === end + 1) break;
      end = next;
    }
    return end;
  }

  #componentEnd(start: number): number {
    if (this.#code.charCodeAt(start) === openQuote) {
      return start < this.#lastQuoteEnd ? this.#code.indexOf('»', start) + 1 : start;
    }
    const first = this.#code.codePointAt(start) ?? 0;
    if (!isAsciiFirst(first) && !this.#startsBeyondAscii(first)) return start;
    let end = start + width(first);
    for (;;) {
      const rest = this.#code.codePointAt(end) ?? 0;
      if (!isAsciiRest(rest) && !(rest >= 0x80 && this.#isLetter(rest))) return end;
      end += width(rest);
    }
  }

  #startsBeyondAscii(c: number): boolean {
    return c >= 0x80 && this.#isLetter(c) && !isSubscript(c) && c !== subscriptJ;
  }
}

/** The parts of a dotted name, without their « ». */
export function nameComponents(name: string): string[] {
  const plainPart = /[^.«»]+/y;
  const lastClosing = name.lastIndexOf('»');
  const parts: string[] = [];
  for (let at = 0; at < name.length; at += 1) {
    if (name[at] === '«' && at < lastClosing) {
      const end = name.indexOf('»', at);
      parts.push(name.slice(at + 1, end));
      at = end;
      continue;
    }
    plainPart.lastIndex = at;
    if (!plainPart.test(name)) continue;
    parts.push(name.slice(at, plainPart.lastIndex));
    at = plainPart.lastIndex - 1;
  }
  return parts;
}

/** The one spelling of a name: parts in « » only where they are not plain identifiers. */
export function canonicalName(name: string): string {
  if (/^\w+(?:\.\w+)*$/.test(name)) return name;
  return nameComponents(name)
    .map((part) => (isPlain(part) ? part : `«${part}»`))
    .join('.');
}

function isPlain(component: string): boolean {
  return component !== '' && !/[.«]/.test(component) && new IdentifierReader(component).end(0) === component.length;
}

/** UTF-16 units of a code point. */
export function width(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1;
}

const subscriptJ = 0x2c7c;
const dot = 0x2e;
const openQuote = 0xab;

function isAsciiFirst(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x5f;
}

function isAsciiRest(c: number): boolean {
  return isAsciiFirst(c) || (c >= 0x30 && c <= 0x39) || c === 0x27 || c === 0x21 || c === 0x3f;
}

function isGreekOrCoptic(c: number): boolean {
  const isReserved = c === 0x3bb || c === 0x3a0 || c === 0x3a3;
  return !isReserved && ((c >= 0x391 && c <= 0x3a9) || (c >= 0x3b1 && c <= 0x3fb));
}

function isSubscript(c: number): boolean {
  return (c >= 0x2080 && c <= 0x2089) || (c >= 0x2090 && c <= 0x209c) || (c >= 0x1d62 && c <= 0x1d6a);
}
