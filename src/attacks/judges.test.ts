import { describe, expect, it } from 'vitest';
import type { StructuredResult } from '../report/structured-result.ts';
import type { AttackSetting } from './attack.ts';
import {
  all,
  endMark,
  mayEndWithItsKernel,
  mustCountAtMost,
  mustEndAs,
  mustRefuseAll,
  mustRefuseAllBut,
  mustRefuseAllOnHost,
} from './judges.ts';

const setting: AttackSetting = {
  memory: 1,
  cpus: 1,
  processes: 10,
  folderSize: 1,
  maxKeptOutput: 1,
  hasOwnKernel: false,
  secrets: [],
};

function result(changes: Partial<StructuredResult>): StructuredResult {
  const timings = { queue: 0, sandbox: 0, elaborate: 0, run: 0, total: 0 };
  return { status: 'success', outcome: 'completed', timings_ms: timings, ...changes };
}

const said = (...lines: readonly string[]): StructuredResult[] => [result({ stdout: `${lines.join('\n')}\n` })];

describe('an attack that must be ended', () => {
  it('is contained when it was ended in a way that fits', () => {
    const ended = [result({ status: 'error', outcome: 'timed-out' })];
    expect(mustEndAs('timed-out')(ended)).toEqual({ verdict: 'contained', happened: 'timed-out' });
  });

  it('is not contained when it was called a success', () => {
    expect(mustEndAs('timed-out')([result({ outcome: 'timed-out' })])).toMatchObject({ verdict: 'not-contained' });
  });

  it('was not carried out when it ended in another way', () => {
    const crashed = [result({ status: 'error', outcome: 'crashed' })];
    expect(mustEndAs('timed-out')(crashed)).toMatchObject({ verdict: 'not-carried-out' });
    expect(mustEndAs('timed-out')([])).toMatchObject({ verdict: 'not-carried-out' });
  });
});

describe('an attack of many attempts', () => {
  it('is contained when all were refused, and the reasons are told', () => {
    const judgement = mustRefuseAll(said('refused a: Not permitted', 'refused b: c: No such file', endMark));
    expect(judgement).toEqual({ verdict: 'contained', happened: 'refused 2 times: Not permitted, No such file' });
  });

  it('is not contained when one worked, whatever else happened', () => {
    expect(mustRefuseAll(said('refused a: no', 'DONE b'))).toEqual({
      verdict: 'not-contained',
      happened: 'it could: b',
    });
  });

  it.each([
    ['did not come to its end', said('refused a: no')],
    ['tried nothing', said(endMark)],
    ['was ended', [result({ status: 'error', outcome: 'timed-out', stdout: `refused a: no\n${endMark}` })]],
  ])('was not carried out when it %s', (_, results) => {
    expect(mustRefuseAll(results)).toMatchObject({ verdict: 'not-carried-out' });
  });

  it('may work where the sandbox has a kernel of its own, if it could do no more than that', () => {
    const results = said('DONE ptrace', endMark);
    expect(mustRefuseAllOnHost(results, setting)).toMatchObject({ verdict: 'not-contained' });
    expect(mustRefuseAllOnHost(results, { ...setting, hasOwnKernel: true })).toMatchObject({ verdict: 'contained' });
  });
});

describe('an attack that counts', () => {
  const judge = mustCountAtMost(({ processes }) => ({ children: processes }));

  it.each([
    ['children 10: refused', 'contained'],
    ['children 11: refused', 'not-contained'],
    ['children none', 'not-carried-out'],
    ['', 'not-carried-out'],
  ])('that prints %j is %s', (line, verdict) => {
    expect(judge(said(line), setting)).toMatchObject({ verdict });
  });

  it('is judged by the worst of several numbers', () => {
    expect(judge(said('children 1', 'children 99 x', 'children 2'), setting)).toEqual({
      verdict: 'not-contained',
      happened: 'children 99 x, and 10 is the limit',
    });
  });

  it('needs every judge', () => {
    const both = all(mustRefuseAll, judge);
    expect(both(said('refused a: no', 'children 1', endMark), setting)).toMatchObject({ verdict: 'contained' });
    expect(both(said('refused a: no', 'children 11', endMark), setting)).toMatchObject({ verdict: 'not-contained' });
    expect(both(said('DONE a', endMark), setting)).toMatchObject({ verdict: 'not-contained' });
    expect(both(said('refused a: no', endMark), setting)).toMatchObject({ verdict: 'not-carried-out' });
  });
});

describe('a kernel of the sandbox’s own', () => {
  const own = { ...setting, hasOwnKernel: true };

  it('may end with its sandbox, if the attack had begun', () => {
    const judge = mayEndWithItsKernel(/^children \d+$/gm, mustEndAs('timed-out'));
    const ended = [result({ status: 'error', exit_code: 2, stdout: 'children 8\nchildren 16\n' })];
    expect(judge(ended, own)).toEqual({
      verdict: 'contained',
      happened: 'children 16, then the sandbox ended with its kernel',
    });
    expect(judge(ended, setting)).toMatchObject({ verdict: 'not-carried-out' });
    const before = [result({ status: 'error', exit_code: 2, stdout: '' })];
    expect(judge(before, own)).toMatchObject({ verdict: 'not-carried-out' });
  });

  it('may grant what is named, and nothing else', () => {
    const judge = mustRefuseAllBut(/^open$/);
    const granted = said('DONE open', 'refused read: no', endMark);
    expect(judge(granted, own)).toEqual({
      verdict: 'contained',
      happened: "refused once: no; granted by the sandbox's own kernel: open",
    });
    expect(judge(granted, setting)).toMatchObject({ verdict: 'not-contained' });
    expect(judge(said('DONE open', 'DONE read', endMark), own)).toMatchObject({ verdict: 'not-contained' });
    expect(judge(said('DONE open', endMark), own)).toMatchObject({ verdict: 'not-carried-out' });
  });
});
