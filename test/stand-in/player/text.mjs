/**
 * Cuts a Lean text into its imports and its commands, as far as the stand-in needs it: a command begins at the start
 * of a line with one of Lean's command words and ends where the next one begins.
 */
const space = /\s+/y;
const lineComment = /--[^\n]*/y;
const importWord = /(?:prelude|module)\b|(?:public\s+)?(?:meta\s+)?import\s+(?:all\s+)?([\p{L}\p{N}_'.]+)/uy;
const token = /"(?:\\[^]|[^"\\])*"?|[\p{L}_][\p{L}\p{N}_'!?.]*|'(?:\\.|[^\\'\n])'|[^]/uy;
const commandWord =
  /(?:\/--|@\[|#[a-z]+\b|(?:abbrev|attribute|axiom|class|constant|def|deriving|end|example|inductive|infixl?|infixr|instance|macro|mutual|namespace|noncomputable|notation|opaque|open|partial|postfix|prefix|private|protected|section|set_option|structure|syntax|theorem|universe|unsafe|variable)\b)/y;
const onlyPrefix = /^(?:\/--[^]*-\/)?\s*(?:@\[[^\]]*\])?$/;

/**
 * @param {string} raw
 * @returns {{text: string, imports: string[], bodyStart: number, commands: {text: string, offset: number}[]}}
 */
export function cut(raw) {
  const text = raw.replaceAll('\r\n', '\n');
  const imports = [];
  const commands = [];
  let at = trivia(text, 0).end;
  for (let word; (word = match(importWord, text, at)); at = trivia(text, at + word[0].length).end) {
    if (word[1] !== undefined) imports.push(word[1]);
  }
  const bodyStart = at;
  let start = at;
  let end = at;
  const close = () => end > start && commands.push({ text: text.slice(start, end), offset: start });
  while (at < text.length) {
    const skipped = trivia(text, at);
    if (skipped.unclosedAt !== undefined) {
      close();
      commands.push({ text: text.slice(skipped.unclosedAt), offset: skipped.unclosedAt });
      return { text, imports, bodyStart, commands };
    }
    at = skipped.end;
    if (at >= text.length) break;
    const beginsLine = text[at - 1] === '\n' && match(commandWord, text, at) !== null;
    if (beginsLine && !onlyPrefix.test(text.slice(start, end))) {
      close();
      start = at;
    }
    at = text.startsWith('/--', at) ? blockEnd(text, at) : at + match(token, text, at)[0].length;
    end = at;
  }
  close();
  return { text, imports, bodyStart, commands };
}

/** Skips white space and comments; documentation comments are no trivia. */
function trivia(text, from) {
  let end = from;
  for (;;) {
    const found = match(space, text, end) ?? match(lineComment, text, end);
    if (found !== null) end += found[0].length;
    else if (text.startsWith('/-', end) && text[end + 2] !== '-') {
      const close = blockEnd(text, end);
      if (close === undefined) return { end: text.length, unclosedAt: end };
      end = close;
    } else return { end };
  }
}

/** Where the block comment that starts at `from` ends; comments nest. */
function blockEnd(text, from) {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('/-', at)) ((depth += 1), (at += 1));
    else if (text.startsWith('-/', at)) {
      ((depth -= 1), (at += 1));
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Zero-based line and UTF-16 column of an offset. */
export function positionAt(text, offset) {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - (before.lastIndexOf('\n') + 1) };
}

/** @returns {number} the offset of a position, at most the end of its line */
export function offsetAt(text, { line, character }) {
  let start = 0;
  for (let left = line; left > 0; left -= 1) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  const lineEnd = text.indexOf('\n', start);
  return Math.min(start + character, lineEnd < 0 ? text.length : lineEnd);
}

/** A position inside a piece of text, seen from the text around it, and back. */
export const outward = (at, origin) => ({
  line: at.line + origin.line,
  character: at.line === 0 ? at.character + origin.character : at.character,
});
export const inward = (at, origin) => ({
  line: at.line - origin.line,
  character: at.line === origin.line ? at.character - origin.character : at.character,
});

/** Applies `change` to every `{line, character}` in a value. */
export function mapPositions(value, change) {
  if (Array.isArray(value)) return value.map((item) => mapPositions(item, change));
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.line === 'number' && typeof value.character === 'number') return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapPositions(item, change)]));
}
