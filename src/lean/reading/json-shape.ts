/** How much structure a JSON text may have. */
export interface ShapeLimits {
  /** Values and names, as far as commas, colons and brackets tell. */
  readonly parts: number;
  /** Brackets inside brackets. */
  readonly depth: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/**
 * Whether a JSON text has no more structure than this. Parsing takes a hundred times longer for a megabyte of brackets than
 * for a string as long, and memory in the same proportion: this is known before anything is built. One pass; the text need
 * not be valid.
 */
export function hasShape(text: Buffer, { parts, depth }: ShapeLimits): boolean {
  let seen = 0;
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case quote:
        at = endOfString(text, at + 1);
        break;
      case openBracket:
      case openBrace:
        open += 1;
        seen += 1;
        break;
      case closeBracket:
      case closeBrace:
        open -= 1;
        break;
      case comma:
      case colon:
        seen += 1;
        break;
      default:
    }
    if (open > depth || seen > parts) return false;
  }
  return true;
}

/** Where the quote is that ends a string, or the end of the text. */
function endOfString(text: Buffer, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at;
}
