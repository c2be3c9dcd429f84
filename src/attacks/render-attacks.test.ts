import { describe, expect, it } from 'vitest';
import type { Judgement } from './attack.ts';
import type { AttackReport } from './carry-out.ts';
import { renderAttack, renderSummary, summarize } from './render-attacks.ts';

const report = (verdict: Judgement['verdict']): AttackReport => ({
  id: 'R1',
  tried: 'a fork bomb',
  verdict,
  happened: 'timed-out\n  after  5 s',
  milliseconds: 1,
});
const reports = (...verdicts: readonly Judgement['verdict'][]): AttackReport[] => verdicts.map(report);

describe('the report', () => {
  it('has one line for an attack: what was tried, what happened, the verdict', () => {
    expect(renderAttack(report('not-contained'))).toBe(
      '✗ R1              a fork bomb: timed-out after  5 s → not contained\n',
    );
  });

  it.each([
    [reports('contained', 'contained'), false, 'Grade B: 2 of 2 attacks were contained.'],
    [reports('contained', 'contained'), true, 'Grade A: 2 of 2 attacks were contained.'],
    [reports('contained', 'not-contained', 'not-carried-out'), true, 'Grade F: 1 of 3 attacks were contained.'],
    [reports('contained', 'not-carried-out'), true, 'No grade: 1 of 2 attacks were contained, 1 could not be'],
    [[], true, 'No grade: 0 of 0'],
  ])('ends with a grade', (all, hasOwnKernel, start) => {
    expect(renderSummary(summarize(all, hasOwnKernel)).startsWith(start)).toBe(true);
  });
});
