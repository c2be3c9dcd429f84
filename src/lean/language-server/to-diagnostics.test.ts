import { describe, expect, it } from 'vitest';
import type { LspDiagnostic, LspRange } from './lean-protocol.ts';
import { toDiagnostics } from './to-diagnostics.ts';

/** A range on one line, in UTF-16 units. */
const range = (line: number, from: number, to: number): LspRange => ({
  start: { line, character: from },
  end: { line, character: to },
});
const error = (message: string, at: LspRange): LspDiagnostic => ({ range: at, severity: 1, message });

describe('toDiagnostics', () => {
  it('counts lines from 1 and columns in code points, as Lean’s command line does', () => {
    const text = 'def a := 1\r\ntheorem 𝔸𝔸 : x := y\n';
    const [diagnostic] = toDiagnostics([error('unknown x', range(1, 15, 16))], text);
    expect(diagnostic).toEqual({
      severity: 'error',
      start: { line: 2, column: 13 },
      end: { line: 2, column: 14 },
      message: 'unknown x',
    });
  });

  it('takes the whole range where Lean clips it to a line', () => {
    const fullRange = { start: { line: 0, character: 2 }, end: { line: 2, character: 3 } };
    const [diagnostic] = toDiagnostics([{ ...error('long', range(0, 2, 9)), fullRange }], 'theorem a\nb\nlast\n');
    expect(diagnostic).toMatchObject({ start: { line: 1, column: 2 }, end: { line: 3, column: 3 } });
  });

  it.each([
    [1, 'error'],
    [2, 'warning'],
    [3, 'information'],
    [4, 'hint'],
    [5, 'error'],
    [undefined, 'error'],
  ])('takes severity %s for %s', (severity, expected) => {
    const diagnostic = { range: range(0, 0, 1), message: 'm', ...(severity !== undefined && { severity }) };
    expect(toDiagnostics([diagnostic], 'x')[0]?.severity).toBe(expected);
  });

  it('puts them in the order of the text, and those at one place in the order in which Lean said them', () => {
    const said = [
      error('second', range(1, 0, 1)),
      error('third', range(1, 4, 5)),
      error('first', range(0, 9, 9)),
      error('also third', range(1, 4, 5)),
    ];
    const order = toDiagnostics(said, '0123456789\n0123456789').map(({ message }) => message);
    expect(order).toEqual(['first', 'second', 'third', 'also third']);
  });

  it('moves places outside of the text to its end', () => {
    const [diagnostic] = toDiagnostics([error('lost', range(99, 7, 8))], 'one\ntwo');
    expect(diagnostic).toMatchObject({ start: { line: 2, column: 3 }, end: { line: 2, column: 3 } });
  });

  it('names an error as Lean names it, and takes nothing else for a name', () => {
    const at = range(0, 0, 1);
    const named = (code: string): LspDiagnostic => ({ ...error('m', at), code });
    const names = toDiagnostics([named('lean.unknownIdentifier'), named('not a name'), error('m', at)], 'x');
    expect(names.map(({ name }) => name)).toEqual(['lean.unknownIdentifier', undefined, undefined]);
  });

  it('calls the module by the name that it has in a file', () => {
    const said = '_private.«external:untitled:Main.lean».0.x and _private.«untitled:Main.lean».0.x';
    expect(toDiagnostics([error(said, range(0, 0, 1))], 'x')[0]?.message).toBe(
      '_private.Main.0.x and _private.Main.0.x',
    );
  });

  it('leaves out the white space at the end of a message only', () => {
    expect(toDiagnostics([error('  a\n  b \n\n', range(0, 0, 1))], 'x')[0]?.message).toBe('  a\n  b');
  });
});
