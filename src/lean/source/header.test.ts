import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { normaliseHeader, readHeader } from './header.ts';

function modules(code: string): string[] {
  return readHeader(code).imports.map((item) => item.module);
}

function undisputed(code: string): string[] {
  return readHeader(code)
    .imports.filter((item) => !item.isDisputed)
    .map((item) => item.module);
}

describe('headers', () => {
  test('imports come with their place and their modifiers', () => {
    const code = 'module\nprelude\npublic meta import A.B\nimport all «C d» -- import D\n';
    const flags = { isPublic: false, isMeta: false, isAll: false, isDisputed: false };
    expect(readHeader(code)).toEqual({
      end: code.indexOf(' -- import D'),
      isModule: true,
      isPrelude: true,
      imports: [
        { module: 'A.B', start: 34, end: 37, line: 3, ...flags, isPublic: true, isMeta: true },
        { module: '«C d»', start: 49, end: 54, line: 4, ...flags, isAll: true },
      ],
    });
  });

  test('several imports on a line, with comments and no spaces between', () => {
    expect(undisputed('import A import B/- /- import X -/ -/import«C».D--import Y\nimport E def import F')).toEqual([
      'A',
      'B',
      'C.D',
      'E',
    ]);
  });

  test('an import takes one module', () => {
    const header = readHeader('import A B');
    expect(header.imports.map((item) => item.module)).toEqual(['A']);
    expect(header.end).toBe('import A'.length);
  });

  test('a file without a header has an empty one', () => {
    const none = { end: 0, isModule: false, isPrelude: false, imports: [] };
    for (const code of [
      '',
      'def main := 1',
      '-- import A',
      '/- import A -/',
      '/-- import A -/ import B',
      '"import A"',
    ]) {
      expect(readHeader(code)).toEqual(none);
    }
  });

  test('a longer identifier is no keyword', () => {
    for (const code of [
      'importA',
      'imports A',
      'import.A',
      "import' A",
      'modules',
      '«import» A',
      'public imported A',
    ]) {
      expect(readHeader(code).imports.filter((item) => !item.isDisputed)).toEqual([]);
    }
    expect(readHeader('moduleX').isModule).toBe(false);
    expect(undisputed('import all.A import allB import runtime')).toEqual(['all.A', 'allB', 'runtime']);
  });

  test('modifiers without an import behind them belong to what follows the header', () => {
    const code = 'module\nimport A\npublic\tmeta def x := 1';
    expect(readHeader(code)).toMatchObject({ end: code.indexOf('\npublic') });
    expect(readHeader(code).problem).toBeUndefined();
  });
});

describe('problems', () => {
  test.each([
    ['\ufeffimport A', 'byte order mark', 1, 0],
    ['import A\t\nimport B', 'tabs', 1, 8],
    ['import A\rimport B', 'carriage returns', 1, 8],
    ['import «é» /- 𝒜 -/\timport B', 'tabs', 1, 18],
    ['import A\npublic import B', '`module`', 2, 0],
    ['import all A', '`module`', 1, 0],
    ['module public import all A', 'combined', 1, 7],
    ['import A\nimport', 'missing', 2, 0],
    ['import import A', 'missing', 1, 0],
    ['import A.\nimport B', 'dot', 1, 8],
    ['import A /- import B', 'not closed', 1, 9],
  ])('%j has one', (code, message, line, column) => {
    const { problem } = readHeader(code);
    expect(problem?.message).toContain(message);
    expect(problem?.position).toEqual({ line, column });
  });

  test('line ends of either kind are none', () => {
    expect(readHeader('module\r\n\r\nimport A\r\n-- b\r\nimport C\r\n').problem).toBeUndefined();
  });
});

describe('what versions of Lean disagree about', () => {
  test.each([
    ['/-! doc -/ import A', [], ['A']],
    ['/- a --/ import A', ['A'], ['A']],
    ['/- a --/ -/ import A', [], ['A']],
    ['import runtime A', ['runtime'], ['runtime', 'A']],
    ['import all A', ['A'], ['A', 'all']],
    ['module import all A', ['A'], ['A']],
    ['import all\nimport A', ['all', 'A'], ['all', 'A']],
    ['import public A', ['public'], ['public']],
    ['import Aé', ['Aé'], ['Aé', 'A']],
    ['import A∷B', ['A'], ['A', '«A∷B»']],
  ])('%j: every reading counts', (code, current, all) => {
    expect(undisputed(code)).toEqual(current);
    expect(modules(code)).toEqual(all);
  });
});

const comment = fc.string({
  unit: fc.constantFrom('a', ' ', '"', '«', 'import X ', 'é', '𝒜', '\n', '\r\n'),
  maxLength: 6,
});
const blank = fc.oneof(
  fc.constantFrom(' ', '\n', '\r\n', '\n\n  '),
  comment.map((text) => `--${text.replaceAll('\n', '')}\n`),
  comment.map((text) => `/- ${text} -/`),
  fc.tuple(comment, comment).map(([outer, inner]) => `/- ${outer} /-+${inner} -/ -/`),
);
const blanks = fc.array(blank, { maxLength: 3 }).map((parts) => parts.join(''));
const component = fc.constantFrom('A', 'Bc', "d'", '_e1', 'imports', 'ω₂', 'é', '𝒜', '«f g»', '«import»', '«A»', '«ü»');
const moduleName = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));

/** A header put together from its parts, and what must be found in it. */
const built = fc
  .record({
    isModule: fc.boolean(),
    isPrelude: fc.boolean(),
    start: blanks,
    imports: fc.array(
      fc.record({
        name: moduleName,
        flags: fc.constantFrom<string[]>([], ['public'], ['meta'], ['public', 'meta'], ['all'], ['meta', 'all']),
        gaps: fc.array(fc.tuple(blanks, fc.constantFrom(' ', '\n', '/-~-/')), { minLength: 6, maxLength: 6 }),
      }),
      { maxLength: 5 },
    ),
    body: fc.constantFrom(
      '',
      'def x := 1 import X',
      '/-- import X -/',
      '@[simp] import X',
      '#eval 1',
      'public section',
    ),
  })
  .map(({ isModule, isPrelude, start, imports, body }) => {
    let code = `${start}${isModule ? 'module\n' : ''}${isPrelude ? 'prelude\n' : ''}`;
    let end = code.trimEnd().length;
    const expected = imports.map(({ name, flags, gaps }) => {
      const used = isModule ? flags : [];
      const before = used.filter((word) => word !== 'all');
      const words = [...before, 'import', ...(used.includes('all') ? ['all'] : [])];
      words.forEach((word, index) => (code += word + (gaps[index]?.[0] ?? '') + (gaps[index]?.[1] ?? '')));
      const place = { start: code.length, end: code.length + name.length, line: code.split('\n').length };
      code += name;
      end = code.length;
      code += (gaps[5]?.[1] ?? '') + (gaps[5]?.[0] ?? '');
      return {
        module: name.replaceAll('«A»', 'A').replaceAll('«ü»', 'ü').replaceAll('«import»', 'import'),
        ...place,
        isPublic: used.includes('public'),
        isMeta: used.includes('meta'),
        isAll: used.includes('all'),
        isDisputed: false,
      };
    });
    if (!isModule && !isPrelude && imports.length === 0) end = 0;
    return { code: code + body, header: { end, isModule, isPrelude, imports: expected } };
  });

describe('for any header', () => {
  test('all imports are found, as they stand, and nothing else', () => {
    fc.assert(
      fc.property(built, ({ code, header }) => {
        const found = readHeader(code);
        expect({ ...found, imports: found.imports.filter((item) => !item.isDisputed) }).toEqual(header);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('what Lean refuses between tokens hides no import', () => {
    fc.assert(
      fc.property(built, fc.constantFrom('\t', '\r', '/-! doc -/', '/-!-/\t/- x --/'), ({ code, header }, noise) => {
        let spoilt = code;
        for (const { start } of header.imports.toReversed()) {
          spoilt = spoilt.slice(0, start) + noise + spoilt.slice(start);
        }
        expect(modules(`\ufeff${noise}${spoilt}`)).toEqual(
          expect.arrayContaining(header.imports.map((item) => item.module)),
        );
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('its normal form is a header that means the same', () => {
    fc.assert(
      fc.property(built, ({ code }) => {
        const header = readHeader(code);
        const normal = normaliseHeader(header);
        const again = readHeader(normal);
        expect(normaliseHeader(again)).toBe(normal);
        expect(again).toMatchObject({ isModule: header.isModule, isPrelude: header.isPrelude });
        expect(new Set(undisputed(normal))).toEqual(new Set(undisputed(code)));
      }),
    );
  });
});

describe('normal forms', () => {
  test('comments, spacing, needless quotes and repetitions make no difference', () => {
    const plain = normaliseHeader(readHeader('import A.B\nimport C\n'));
    expect(plain).toBe('import A.B\nimport C\n');
    expect(normaliseHeader(readHeader('import «A».B/- -/import C import A.B\n#eval 1'))).toBe(plain);
  });

  test('order, modifiers and problems make one', () => {
    const codes = [
      'import A import B',
      'import B import A',
      'module import A import B',
      'import A import B\t',
      'prelude',
    ];
    const codesInModule = ['module public import A', 'module meta import A', 'module import all A', 'module import A'];
    const all = [...codes, ...codesInModule].map((code) => normaliseHeader(readHeader(code)));
    expect(new Set(all).size).toBe(all.length);
  });
});

test.each([
  '/-',
  'import ',
  'import A ',
  'import «',
  'import A.',
  '/-!-/',
  '«',
  'public ',
  '-',
  '\t',
  'é',
  'A.',
  'all ',
])('a megabyte of %j is read as far as a header goes, and what is cut is said', (unit) => {
  const header = readHeader(`import ${unit.repeat(Math.ceil(1_000_000 / unit.length))}`);
  expect(header.end).toBeGreaterThan(0);
  expect(header.end).toBeLessThanOrEqual(128 * 1024);
  if (header.isCut !== true) expect(header.end).toBeLessThan(30);
});

describe('a header that is longer than any', () => {
  const long = 'x'.repeat(200_000);

  test.each([
    ['because of its comments', `/- ${long} -/ import A`],
    ['because of its spaces', `${' '.repeat(200_000)}import A`],
    ['because of a name', `import «${long}»`],
    ['because of its imports', 'import A\n'.repeat(1001)],
    ['for another version of Lean only', `import A /- --/ ${long} -/`],
    ['behind a comment that is none for another version', `import A /-! ${long} -/ import B`],
  ])('is known %s', (_, code) => {
    expect(readHeader(code).isCut).toBe(true);
  });

  test.each([
    ['a long text', `import A\n#eval ${long}`],
    ['a long comment behind it', `import A\n#eval 1 /- ${long} -/`],
    ['as many imports as there may be', 'import A\n'.repeat(999)],
  ])('is not %s', (_, code) => {
    expect(readHeader(code)).not.toHaveProperty('isCut');
  });
});
