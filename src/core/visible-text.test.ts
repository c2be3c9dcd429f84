import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from './bounded-text.ts';
import { makeVisible, makeVisibleWithin } from './visible-text.ts';

/** Any text, rich in characters that act or hide. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('\r\n', '\r', '\u2028', '\u202e', '\u{e0041}', '\ufeff', '\ud800', 'a', 'ℕ', '𝔸', '👩‍🚀'),
      fc.string({ maxLength: 10 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('makeVisible', () => {
  it('leaves no control character but tabs and line feeds, and nothing that hides or turns text', () => {
    fc.assert(
      fc.property(text, (text) => {
        const visible = makeVisible(text);
        expect(visible).not.toMatch(/(?![\t\n])\p{Cc}/u);
        expect(visible).not.toMatch(/(?![\u200c\u200d])\p{Cf}|\p{Zl}|\p{Zp}/u);
        expect(visible.isWellFormed()).toBe(true);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(text, (text) => {
        const once = makeVisible(text);
        expect(makeVisible(once)).toBe(once);
      }),
    );
  });

  it('leaves ordinary text of any language alone', () => {
    const ordinary = 'theorem foo : ∀ n : ℕ, n ≥ 0 := by\n\tsimp -- ünïcödé 数学 ქართული 𝔸 👩‍🚀 نمی‌خواهم';
    expect(makeVisible(ordinary)).toBe(ordinary);
  });

  it.each([
    ['a terminal escape', '\u001b[31mred', String.raw`\x1b[31mred`],
    ['a C1 control', '\u009b31m', String.raw`\x9b31m`],
    ['a backspace', 'ab\b', String.raw`ab\x08`],
    ['a lone carriage return', 'seen\rhidden', String.raw`seen\x0dhidden`],
    ['a line end with a carriage return', 'a\r\nb', 'a\nb'],
    ['a bidirectional override', 'a\u202eb', String.raw`a\u{202e}b`],
    ['an Arabic letter mark', 'a\u061cb', String.raw`a\u{61c}b`],
    ['a zero-width space', 'a\u200bb', String.raw`a\u{200b}b`],
    ['a soft hyphen', 'a\u00adb', String.raw`a\xadb`],
    ['separators of lines and paragraphs', 'a\u2028b\u2029c', String.raw`a\u{2028}b\u{2029}c`],
    ['text in invisible tag characters', 'a\u{e0068}\u{e0069}', String.raw`a\u{e0068}\u{e0069}`],
    ['bytes in variation selectors', 'a\u{e0100}\u{e01ef}', String.raw`a\u{e0100}\u{e01ef}`],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ])('shows %s', (_, hidden, shown) => {
    expect(makeVisible(hidden)).toBe(shown);
  });
});

describe('makeVisibleWithin', () => {
  it('is making visible, then shortening, where the whole text is short', () => {
    fc.assert(
      fc.property(text, fc.nat(300), (text, spare) => {
        const limit = text.length + spare;
        expect(makeVisibleWithin(text, limit)).toEqual(shorten(makeVisible(text), limit));
      }),
    );
  });

  it('keeps both ends within the limit, and tells how much is missing, whatever characters take more room', () => {
    fc.assert(
      fc.property(text, fc.nat(100), (text, limit) => {
        const { text: short, omitted } = makeVisibleWithin(text, limit);
        const note = omitted === 0 ? '' : `\n[… ${omitted} characters left out …]\n`;
        expect(short).toContain(note);
        expect(short.length - note.length).toBeLessThanOrEqual(limit);
        expect(omitted).toBeGreaterThanOrEqual(text.length > limit ? text.length - limit : 0);
        expect(short).not.toMatch(/(?![\t\n])\p{Cc}|(?![\u200c\u200d])\p{Cf}/u);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });

  it('looks at the ends of a long text only', () => {
    const { text: short, omitted } = makeVisibleWithin(`a${'\u0001'.repeat(5_000_000)}b`, 10);
    expect(short).toBe('a\\x01\n[… 5000016 characters left out …]\n\\x01b');
    expect(omitted).toBe(5_000_016);
  });
});
