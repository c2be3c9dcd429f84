import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { readHeader } from '../lean/source/header.ts';
import { blankHeader } from '../lean/source/plain-header.ts';
import { blankInLastStep, documentText, emptySource, extend, stepAt, type SessionSource } from './session-source.ts';

const modules = ['Lean', 'Init.Data.List', 'Mathlib'];

/** Calls as people make them: imports or none, comments, any line ends, with or without one at the end. */
const call = fc
  .record({
    before: fc.constantFrom('', '-- first\n', '\n\n'),
    imports: fc.array(fc.constantFrom(...modules), { maxLength: 3 }),
    behindImports: fc.constantFrom('', ' -- why', '\n'),
    body: fc.array(fc.constantFrom('def a := 1', '#eval a', '', '  -- note', 'open Nat', '𝓝 ⟨a⟩'), { maxLength: 4 }),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    isEnded: fc.boolean(),
  })
  .map(({ before, imports, behindImports, body, lineEnd, isEnded }) => {
    const header =
      imports.length === 0 ? '' : `${imports.map((name) => `import ${name}`).join('\n')}${behindImports}\n`;
    const text = (before + header + body.join('\n')).replace(/\n+$/, '');
    return (isEnded ? `${text}\n` : text).replaceAll('\n', lineEnd);
  });

function session(codes: readonly string[]): SessionSource {
  return codes.reduce<SessionSource>((source, code) => extend(source, code).source, emptySource);
}

const moduleNames = (text: string): string[] => readHeader(text).imports.map(({ module }) => module);

function diagnostic(line: number): Diagnostic {
  return { severity: 'error', start: { line, column: 2 }, end: { line: line + 1, column: 0 }, message: 'no' };
}

describe('the text of a session', () => {
  it('is the first call as it was sent, with a line end at its end', () => {
    fc.assert(
      fc.property(call, (code) => {
        const text = documentText(session([code]));
        expect(text).toBe(code === '' || code.endsWith('\n') ? code : `${code}\n`);
      }),
    );
  });

  it('has the lines of each call where it says, with nothing else behind them', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), call, (codes, code) => {
        const { source, placed } = extend(session(codes), code);
        const lines = documentText(source).split('\n').slice(placed.linesBefore);
        expect(lines.join('\n').trimEnd()).toBe(blankHeader(code).trimEnd());
        expect(lines.at(-1)).toBe('');
      }),
    );
  });

  it('imports what each call imports, once, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), (codes) => {
        const wanted = new Set(codes.flatMap(moduleNames));
        expect(new Set(moduleNames(documentText(session(codes))))).toEqual(wanted);
      }),
    );
  });

  it('keeps the code of the calls before, whatever a later one imports', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), call, (codes, code) => {
        const source = session(codes);
        expect(extend(source, code).source.steps.slice(0, -1)).toEqual(source.steps);
      }),
    );
  });

  it('does not run into an import that ends without a line end', () => {
    const source = session(['import Lean', 'def a := 1']);
    expect(documentText(source)).toBe('import Lean\ndef a := 1\n');
  });

  it('leaves `prelude` and `module` in a later call to Lean, which refuses them there', () => {
    for (const word of ['prelude', 'module']) {
      const { source, placed } = extend(session(['def a := 1\n']), `${word}\nimport Lean\n`);
      const lines = documentText(source).split('\n');
      expect([lines[0], ...lines.slice(placed.linesBefore)]).toEqual(['def a := 1', word, 'import Lean', '']);
    }
  });

  it('does not let a call go on with the command before it, and says errors about that at its first line', () => {
    const { source, placed, toCall } = extend(session(['def a := 1\n']), '+ 1');
    expect(documentText(source)).toBe('def a := 1\nsection «call» end «call»\n+ 1\n');
    expect([2, 3].map((line) => toCall(diagnostic(line))?.start.line)).toEqual([1, 1]);
    expect(toCall(diagnostic(1))).toBeUndefined();
    expect(placed.linesBefore).toBe(2);
  });

  it('keeps how a module is imported', () => {
    const source = session(['module\nimport A\n', 'public import B\nmeta import A\n']);
    expect(source.header).toBe('module\nimport A\npublic import B\nmeta import A\n');
  });
});

describe('the code of a call', () => {
  it('is where it says in the text that Lean is given, whose every other character is the session’s', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 3 }), call, fc.nat(), (codes, code, at) => {
        const { source, placed } = extend(session(codes), code);
        const { end } = codes.length === 0 ? { end: 0 } : readHeader(code);
        const offset = end + (at % (code.length - end + 1));
        // A place between the two characters of a line end is that line end.
        const isInLineEnd = code.slice(offset - 1, offset + 1) === '\r\n';
        expect(placed.text.slice(placed.inText(offset))).toBe(code.slice(isInLineEnd ? offset - 1 : offset));
        expect(placed.text.startsWith('\n', placed.start - 1) || placed.start === 0).toBe(true);
        expect(documentText(source).trimEnd()).toBe(placed.text.trimEnd());
      }),
    );
  });
});

describe('a line of the text', () => {
  const source = session(['import A\n', 'def a := 1\n\n', 'import B\ndef b := 2\n', '', 'def c := 3']);

  it('belongs to a step, or to the header', () => {
    const lines = documentText(source).split('\n');
    expect(lines).toEqual(['import A', 'import B', '', 'def a := 1', '', '', 'def b := 2', 'def c := 3', '']);
    expect(lines.map((_, index) => stepAt(source, index + 1))).toEqual([
      undefined,
      undefined,
      { step: 1, line: 1 },
      { step: 2, line: 1 },
      { step: 2, line: 2 },
      { step: 3, line: 1 },
      { step: 3, line: 2 },
      { step: 5, line: 1 },
      undefined,
    ]);
  });
});

describe('a diagnostic', () => {
  it('of the call has the position in the call', () => {
    const { toCall } = extend(session(['def a := 1\ndef b := 2\n']), 'def c := 3\ndef d := 4');
    expect(toCall(diagnostic(4))).toEqual(diagnostic(2));
  });

  it('of an import that the call brought is at the line of that import', () => {
    const { toCall, placed } = extend(session(['import A\ndef a := 1\n']), '-- B:\nimport A\n\nimport B\n');
    expect(placed.linesBefore).toBe(4);
    expect(toCall(diagnostic(2))?.start.line).toBe(4);
  });

  it('of the header that names no line of it is at the first import that the call brought, if it brought one', () => {
    const source = session(['import A\ndef a := 1\n']);
    expect(extend(source, '\nimport B\n').toCall(diagnostic(1))?.start.line).toBe(2);
    expect(extend(source, 'import A\n').toCall(diagnostic(1))).toBeUndefined();
  });

  it('of a step before is not one of the call', () => {
    const { toCall } = extend(session(['import A\ndef a := 1\n']), 'import B\n');
    expect([3, 4].map((line) => toCall(diagnostic(line)))).toEqual([undefined, undefined]);
  });
});

it('blanking a part of the last step changes no line and no other step', () => {
  const source = session(['def a := 1\n', 'def b := 2\n\ndef main : IO Unit := pure ()\ndef c := 3\n']);
  const text = documentText(source);
  const from = text.indexOf('def main');
  expect(blankInLastStep(source, from, text.indexOf('\ndef c'))).toEqual({
    header: '',
    steps: ['def a := 1\n', 'def b := 2\n\n\ndef c := 3\n'],
  });
});
