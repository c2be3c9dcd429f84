import { joinEnds, shorten } from './bounded-text.ts';

/**
 * Makes characters visible that would act on a terminal or hide text, from people or from a model: controls except tab
 * and line feed, a carriage return that is not part of a line end, separators of lines and paragraphs, format characters
 * (bidirectional ones, zero-width ones, tags), and the variation selectors that nothing in use needs.
 */
export function makeVisible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(hidden, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
    });
}

/**
 * Makes a text visible and shortens it to its beginning and end, in UTF-16 units. What is left out is not looked at, so the
 * work depends on the limit and not on the text.
 */
export function makeVisibleWithin(text: string, limit: number): { text: string; omitted: number } {
  if (text.length <= limit) return shorten(makeVisible(text), limit);
  const half = Math.floor(limit / 2);
  const head = makeVisible(text.slice(0, half));
  const tail = makeVisible(text.slice(text.length - half));
  // Line ends with carriage returns become shorter, everything else longer.
  const omitted = text.length - 2 * half + Math.max(0, head.length - half) + Math.max(0, tail.length - half);
  return { text: joinEnds(head.slice(0, half), tail.slice(tail.length - half), omitted), omitted };
}

// The joiners (200c, 200d) are left alone: they are needed to spell words and emoji.
const hidden = /(?![\t\n])\p{Cc}|(?![\u200c\u200d])\p{Cf}|[\u2028\u2029\u{e0100}-\u{e01ef}]/gu;
