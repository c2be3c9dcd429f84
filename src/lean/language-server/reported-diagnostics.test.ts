import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LspDiagnostic } from './lean-protocol.ts';
import { addReport } from './reported-diagnostics.ts';

const at = (line: number, severity: number | undefined, message: string): LspDiagnostic => ({
  range: { start: { line, character: 0 }, end: { line, character: 1 } },
  ...(severity !== undefined && { severity }),
  message,
});

describe('what is known after one more report', () => {
  const diagnostic = fc
    .tuple(fc.nat(5), fc.constantFrom(1, 2, 3, 4, undefined), fc.constantFrom('a', 'b'))
    .map((parts) => at(...parts));

  it('is the report, when it goes on from the one before', () => {
    fc.assert(
      fc.property(fc.array(diagnostic), fc.array(diagnostic), (before, more) => {
        expect(addReport(before, [...before, ...more])).toEqual([...before, ...more]);
      }),
    );
  });

  it('holds every error and every warning that was ever reported, and all of the report', () => {
    fc.assert(
      fc.property(fc.array(fc.array(diagnostic)), (reports) => {
        const known = reports.reduce<readonly LspDiagnostic[]>((before, report) => addReport(before, report) ?? [], []);
        expect(known).toEqual(expect.arrayContaining(reports.at(-1) ?? []));
        const objections = reports.flat().filter(({ severity }) => (severity ?? 1) <= 2);
        expect(known).toEqual(expect.arrayContaining(objections));
      }),
    );
  });

  it('takes information back that is no longer reported', () => {
    expect(addReport([at(1, 3, 'working'), at(2, 1, 'bad')], [])).toEqual([at(2, 1, 'bad')]);
  });

  it('names an error once that is reported in another order', () => {
    const [one, other] = [at(1, 1, 'one'), at(2, 1, 'other')];
    expect(addReport([one, other], [other, one])).toEqual([other, one]);
  });

  it('is nothing when it is more than is kept', () => {
    const many = Array.from({ length: 20_000 }, (_, line) => at(line, 1, 'bad'));
    expect(addReport([], many)).toBe(many);
    expect(addReport(many, [at(0, 1, 'another')])).toBeUndefined();
    const long = at(0, 3, 'x'.repeat(5 * 1024 * 1024));
    expect(addReport([], [long])).toEqual([long]);
    expect(addReport([long], [long, long])).toBeUndefined();
  });
});
