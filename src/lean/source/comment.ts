/** How a version of Lean reads comments; what the versions disagree about decides what is code. */
export interface CommentRules {
  /** Whether a `-` inside a block comment hides the character after it, so that `--/` closes nothing. */
  readonly dashHidesNext: boolean;
  /** Whether `/-! … -/` is a comment like any other and may stand between imports. */
  readonly moduleDocIsBlank: boolean;
}

/** As Lean 4.27 reads them. */
export const currentComments: CommentRules = { dashHidesNext: false, moduleDocIsBlank: false };

/** What {@link skipBlank} passed over. */
export interface Blank {
  /** Where the next token starts, or the end of the text. */
  readonly end: number;
  /** Start of a block comment that never closes. */
  readonly unclosed?: number;
  /** The first tab or lone carriage return between comments; Lean 4.27 accepts neither. */
  readonly forbidden?: number;
}

/** Passes over white space and comments, documentation comments excepted. */
export function skipBlank(code: string, start: number, rules: CommentRules): Blank {
  let position = start;
  let forbidden: number | undefined;
  for (;;) {
    const c = code.charCodeAt(position);
    if (isSpace(c)) {
      if (c === tab || (c === carriageReturn && code.charCodeAt(position + 1) !== lineFeed)) forbidden ??= position;
      position += 1;
    } else if (c === dash && code.charCodeAt(position + 1) === dash) {
      position = lineEnd(code, position);
    } else if (c === slash && code.charCodeAt(position + 1) === dash && !isDocComment(code, position, rules)) {
      const end = blockCommentEnd(code, position + 3, rules);
      if (end === undefined) return { ...blank(code.length, forbidden), unclosed: position };
      position = end;
    } else {
      return blank(position, forbidden);
    }
  }
}

/** Whether the block comment at `start` is a documentation comment, which Lean reads as a token. */
export function isDocComment(code: string, start: number, rules: CommentRules): boolean {
  const third = code[start + 2];
  return third === '-' || (third === '!' && !rules.moduleDocIsBlank);
}

/** Where the block comment ends whose text starts at `start`, nested ones inside it; `undefined` when it never closes. */
export function blockCommentEnd(code: string, start: number, rules: CommentRules): number | undefined {
  let depth = 1;
  let position = start;
  while (position < code.length) {
    const c = code.charCodeAt(position);
    const next = code.charCodeAt(position + 1);
    if (c === dash && next === slash) {
      position += 2;
      depth -= 1;
      if (depth === 0) return position;
    } else if (c === slash && next === dash) {
      position += 2;
      depth += 1;
    } else {
      position += c === dash && rules.dashHidesNext ? 2 : 1;
    }
  }
  return undefined;
}

/** Where a line ends: before its line feed, or at the end of the text. A lone carriage return ends no line. */
export function lineEnd(code: string, start: number): number {
  const end = code.indexOf('\n', start);
  return end === -1 ? code.length : end;
}

/** Whether Lean takes a UTF-16 unit for white space. */
export function isSpace(c: number): boolean {
  return c === 0x20 || c === lineFeed || c === carriageReturn || c === tab;
}

function blank(end: number, forbidden: number | undefined): Blank {
  return forbidden === undefined ? { end } : { end, forbidden };
}

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dash = 0x2d;
const slash = 0x2f;
