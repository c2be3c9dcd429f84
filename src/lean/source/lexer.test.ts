import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { tokenize } from './lexer.ts';

/** Tokens as `kind text`, line ends shown as `⏎`. */
function tokens(code: string): string[] {
  return Array.from(
    tokenize(code),
    ({ kind, start, end }) => `${kind} ${code.slice(start, end).replaceAll('\n', '⏎')}`,
  );
}

describe('comments', () => {
  test('a line comment ends at the line feed, not at a lone carriage return', () => {
    expect(tokens('-- a\rdef b\ndef')).toEqual(['comment -- a\rdef b', 'identifier def']);
  });

  test('block comments nest', () => {
    expect(tokens('/- a /- b -/ c -/ d')).toEqual(['comment /- a /- b -/ c -/', 'identifier d']);
  });

  test('`--/` closes a block comment', () => {
    expect(tokens('/- a --/ b')).toEqual(['comment /- a --/', 'identifier b']);
  });

  test('the character after `/-` neither opens nor closes', () => {
    expect(tokens('/-/- a -/ b')).toEqual(['comment /-/- a -/', 'identifier b']);
  });

  test('documentation comments are told from other comments', () => {
    expect(tokens('/-- a -/ /-! b -/ /- c -/')).toEqual([
      'doc-comment /-- a -/',
      'doc-comment /-! b -/',
      'comment /- c -/',
    ]);
  });

  test('a line comment right after `/--` hides the end of the documentation comment', () => {
    expect(tokens('/-- -- a -/\nb -/ c')).toEqual(['doc-comment /-- -- a -/⏎b -/', 'identifier c']);
  });

  test('what never closes reaches to the end', () => {
    expect(tokens('/- /- -/ a')).toEqual(['comment /- /- -/ a']);
    expect(tokens('"a')).toEqual(['string "a']);
    expect(tokens('r##"a"# b')).toEqual(['string r##"a"# b']);
  });

  test('`//` and `<-` are symbols, so the `-` after them starts no comment', () => {
    expect(tokens('{x //-1}')).toEqual(['symbol {', 'identifier x', 'symbol //', 'symbol -', 'number 1', 'symbol }']);
    expect(tokens('a<--b')).toEqual(['identifier a', 'symbol <-', 'symbol -', 'identifier b']);
    expect(tokens('a/-1-/b')).toEqual(['identifier a', 'comment /-1-/', 'identifier b']);
  });
});

describe('strings and characters', () => {
  test.each([
    ['"a\\"b" c', 'string "a\\"b"'],
    ['"a\\\\" c', 'string "a\\\\"'],
    ['"a\\\n   b" c', 'string "a\\⏎   b"'],
    ['"-- /- {" c', 'string "-- /- {"'],
    ['r"a\\" c', 'string r"a\\"'],
    ['r#"a"b"# c', 'string r#"a"b"#'],
    ['r##""#"##"## c', 'string r##""#"##'],
    ["'\"' c", "char '\"'"],
    ["'\\'' c", "char '\\''"],
    ["'\\x41' c", "char '\\x41'"],
    ["'𝒜' c", "char '𝒜'"],
    ["' ' c", "char ' '"],
  ])('%j starts with one literal', (code, first) => {
    expect(tokens(code)[0]).toBe(first);
  });

  test('primes belong to identifiers', () => {
    expect(tokens(`x' 'a' f'"b"`)).toEqual(["identifier x'", "char 'a'", "identifier f'", 'string "b"']);
  });

  test('a prime that makes no character is a symbol', () => {
    expect(tokens("f '' s' a[i]'h'")).toEqual([
      'identifier f',
      "symbol ''",
      "identifier s'",
      'identifier a',
      'symbol [',
      'identifier i',
      "symbol ]'",
      "identifier h'",
    ]);
  });
});

describe('interpolated strings', () => {
  test('terms in them are tokens, with strings, comments and braces of their own', () => {
    expect(tokens('s!"a{f "}" {x := 1}/- } -/}b{y}" z')).toEqual([
      'identifier s!',
      'string "a{',
      'identifier f',
      'string "}"',
      'symbol {',
      'identifier x',
      'symbol :',
      'symbol =',
      'number 1',
      'symbol }',
      'comment /- } -/',
      'string }b{',
      'identifier y',
      'string }"',
      'identifier z',
    ]);
  });

  test('they nest', () => {
    expect(tokens('m!"{s!"{a}"}" b').filter((token) => token.startsWith('identifier'))).toEqual([
      'identifier m!',
      'identifier s!',
      'identifier a',
      'identifier b',
    ]);
  });

  test.each([
    'throwError "{',
    'throwErrorAt stx "{',
    'throwNamedErrorAt stx lean.foo "{',
    'trace[Meta.debug] "{',
    'dbg_trace "{',
    'println! "{',
    'mine!"{',
  ])('%s opens a term', (code) => {
    expect(tokens(`${code}a}" b`).slice(-4)).toEqual(['string "{', 'identifier a', 'string }"', 'identifier b']);
  });

  test.each(['panic! "{', 'panic!"{', 'xs.find!"{', 'x "{', 'xs[trace] "{', '«s!»"{'])('%s opens none', (code) => {
    expect(tokens(`${code}a}" b`).slice(-2)).toEqual(['string "{a}"', 'identifier b']);
  });

  test('an escaped brace opens no term', () => {
    expect(tokens('s!"\\{" a')).toEqual(['identifier s!', 'string "\\{"', 'identifier a']);
  });
});

describe('names and numbers', () => {
  test.each([
    ['A.«b c».d', 'identifier A.«b c».d'],
    ['αβ₁', 'identifier αβ₁'],
    ['𝒜', 'identifier 𝒜'],
    ['é', 'identifier é'],
    ['`A.b', 'name `A.b'],
    ['``A.«b»', 'name ``A.«b»'],
    ['0xFF_ff', 'number 0xFF_ff'],
    ['1_000.5e-3', 'number 1_000.5e-3'],
  ])('%s is one token', (code, expected) => {
    expect(tokens(code)).toEqual([expected]);
  });

  test('a quotation is no name', () => {
    expect(tokens('`(a)')).toEqual(['symbol `', 'symbol (', 'identifier a', 'symbol )']);
  });

  test('a number takes no dot that no digit follows', () => {
    expect(tokens('[0..n] x.1.a')).toEqual(expect.arrayContaining(['number 0', 'identifier n', 'number 1']));
    expect(tokens('x.1.a').slice(-2)).toEqual(['symbol .', 'identifier a']);
  });

  test('λ, Π and Σ are symbols', () => {
    expect(tokens('λx')).toEqual(['symbol λ', 'identifier x']);
  });

  test('« that is never closed is a symbol', () => {
    expect(tokens('a.«b')).toEqual(['identifier a', 'symbol .', 'symbol «', 'identifier b']);
  });
});

const fragment = fc.constantFrom(
  ...['"', "'", '\\', '{', '}', '/-', '-/', '--', '/--', '/-!', 's!', 'r', '#', '«', '»', '.', '`', '0x', '1', 'e'],
  ...['\n', '\r', '\t', ' ', 'a', 'α', '𝒜', '\ud835', '\udc9c', '\ufeff', '\0', ']', '[', 'trace', 'throwError '],
);

test('only white space lies between tokens, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fragment).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (code) => {
        let end = 0;
        for (const token of tokenize(code)) {
          expect(code.slice(end, token.start)).toMatch(/^[ \t\r\n]*$/);
          expect(token.end).toBeGreaterThan(token.start);
          end = token.end;
        }
        expect(code.slice(end)).toMatch(/^[ \t\r\n]*$/);
      },
    ),
    { numRuns: fuzzRuns(500) },
  );
});

const innocent = fc.string({ unit: fc.constantFrom('a', ' ', 'def', '"', "'", '{', '\\\\', '\n', '«', 'é', '𝒜', '(') });
const piece = fc.oneof(
  innocent.map((text) => `comment --${text.replaceAll('\n', ' ')}`),
  fc
    .tuple(innocent, innocent, innocent)
    .map(([before, inside, after]) => `comment /- ${before}/- ${inside} -/${after} -/`),
  innocent.map((text) => `doc-comment /-- ${text} -/`),
  innocent.map((text) => `string "${text.replaceAll('"', '\\"')}"`),
  innocent.map((text) => `string r#"${text}"#`),
  fc.constantFrom(`char '"'`, `char '\\''`, `char '{'`, `char 'é'`, 'number 12', 'name `A.b', 'symbol )', 'symbol //'),
  fc.constantFrom(`identifier x'`, 'identifier A.«"».b', 'identifier def', 'identifier ra'),
);

test('tokens that are put on lines of their own come apart again', () => {
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const code = pieces.map((text) => text.slice(text.indexOf(' ') + 1)).join('\n');
      expect(tokens(code)).toEqual(pieces.map((text) => text.replaceAll('\n', '⏎')));
    }),
  );
});

test.each(['/-', '-/', '"', "'", '\\', '"\\', '«', 'a.«', 'r#', 'r#"', 's!"{', '`', '/--', '-', "''", '{', '"#'])(
  'a megabyte of %s is read to its end',
  (unit) => {
    const code = unit.repeat(Math.ceil(1_000_000 / unit.length));
    let end = 0;
    for (const token of tokenize(code)) end = token.end;
    expect(end).toBe(code.length);
  },
);
