import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LspDiagnostic } from './lean-protocol.ts';
import { ReadingTurns } from '../../core/reading-turns.ts';
import { ReportedDiagnostics } from './reported-diagnostics.ts';

const at = (line: number, severity: number | undefined, message: string): LspDiagnostic => ({
  range: { start: { line, character: 0 }, end: { line, character: 1 } },
  ...(severity !== undefined && { severity }),
  message,
});

const turns = new ReadingTurns();

/** What is known after these reports; `undefined` when one was too much. */
async function known(...reports: readonly (readonly LspDiagnostic[])[]): Promise<readonly LspDiagnostic[] | undefined> {
  const reported = new ReportedDiagnostics();
  for (const report of reports) if (!(await reported.add(report, turns))) return undefined;
  return reported.all;
}

describe('what is known after one more report', () => {
  const diagnostic = fc
    .tuple(fc.nat(5), fc.constantFrom(1, 2, 3, 4, undefined), fc.constantFrom('a', 'b'))
    .map((parts) => at(...parts));

  it('is the report, when it goes on from the one before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(diagnostic), fc.array(diagnostic), async (before, more) => {
        expect(await known(before, [...before, ...more])).toEqual([...before, ...more]);
      }),
    );
  });

  it('holds every error and every warning that was ever reported, and all of the last report', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(diagnostic)), async (reports) => {
        const all = await known(...reports);
        const last = reports.at(-1) ?? [];
        const isObjection = ({ severity }: LspDiagnostic): boolean => (severity ?? 1) <= 2;
        const objections = reports.flat().filter(isObjection);
        expect(all?.slice(all.length - last.length)).toEqual(last);
        expect(all).toEqual(expect.arrayContaining(objections));
        expect([...objections, ...last]).toEqual(expect.arrayContaining([...(all ?? [])]));
      }),
    );
  });

  it('takes information back that is no longer reported', async () => {
    expect(await known([at(1, 3, 'working'), at(2, 1, 'bad')], [])).toEqual([at(2, 1, 'bad')]);
  });

  it('names an error once that is reported in another order, or again after a while', async () => {
    const [one, other] = [at(1, 1, 'one'), at(2, 1, 'other')];
    expect(await known([one, other], [other, one])).toEqual([other, one]);
    expect(await known([one, other], [other], [other, one])).toEqual([other, one]);
    expect(await known([one, one], [other])).toEqual([one, other]);
  });

  it('is nothing when it is more than is kept, also in what is no longer reported', async () => {
    const many = Array.from({ length: 20_000 }, (_, line) => at(line, 1, 'bad'));
    const another = at(0, 1, 'another');
    expect(await known(many)).toEqual(many);
    expect(await known(many, [another])).toBeUndefined();
    expect(await known(many, many.slice(1))).toHaveLength(20_000);
    const long = (severity: number): LspDiagnostic => at(0, severity, 'x'.repeat(5 * 1024 * 1024));
    expect(await known([long(3)])).toHaveLength(1);
    expect(await known([long(3), long(3)])).toBeUndefined();
    expect(await known([long(1)], [long(2)])).toBeUndefined();
  });
});
