import { describe, expect, it } from 'vitest';
import type { StructuredResult } from '../../src/report/structured-result.ts';
import { readResult } from './shown-call.ts';
import { verdictOf } from './verdict.ts';

const timings = { queue: 0, sandbox: 1, elaborate: 2, run: 3, total: 6 };
const message = (severity: string, text: string): unknown => ({
  severity,
  line: 1,
  column: 0,
  end_line: 1,
  end_column: 1,
  message: text,
});

function verdict(fields: Readonly<Record<string, unknown>>): string {
  const structuredContent = { status: 'success', outcome: 'completed', timings_ms: timings, ...fields };
  const { tone, title, detail = '' } = verdictOf(readResult({ content: [], structuredContent }));
  return `${tone}: ${title}${detail && `, ${detail}`}`;
}

describe('the verdict on a call', () => {
  it.each<[string, Partial<StructuredResult>, string]>([
    ['accepted', {}, 'good: Lean accepts it'],
    ['a program', { exit_code: 0 }, 'good: Lean accepts it, main returned 0'],
    ['rejected', { status: 'error', diagnostics: [message('error', 'no')] as never }, 'bad: Lean rejects it, 1 error'],
    [
      'rejected, with more than fits',
      {
        status: 'error',
        diagnostics: [message('error', 'no'), message('error', 'no')] as never,
        truncated: { diagnostics: 4 },
      },
      'bad: Lean rejects it, 2 errors and more',
    ],
    [
      'a program that fails',
      { status: 'error', exit_code: 3, error: 'main returned 3.' },
      'bad: It failed, main returned 3.',
    ],
    ['a goal left open', { goals: [{ origin: 'sorry' }] as never }, 'open: Accepted, with sorry, 1 goal left to prove'],
    [
      'a sorry without a goal',
      { diagnostics: [message('warning', "declaration uses 'sorry'")] as never },
      'open: Accepted, with sorry, not proved yet',
    ],
    [
      'a message that speaks of sorry',
      { diagnostics: [message('information', 'sorry')] as never },
      'good: Lean accepts it',
    ],
    ['out of time', { status: 'error', outcome: 'timed-out', error: 'E' }, 'unknown: Out of time, E'],
    ['a crash', { status: 'error', outcome: 'crashed', error: 'E' }, 'unknown: Lean crashed, E'],
  ])('%s', (_, fields, expected) => {
    expect(verdict(fields)).toBe(expected);
  });

  it.each([
    ['goals', { found: true, goals_before: [{}], goals_after: [{}, {}] }, 'open: 2 goals here'],
    ['no goals', { found: true, goals_before: [{}], goals_after: [] }, 'good: No goals left here'],
    ['nothing', { found: false, note: 'N' }, 'unknown: Nothing there, N'],
    ['a question that was stopped', { found: false, status: 'error', outcome: 'timed-out' }, 'unknown: Out of time'],
  ])('%s at a place', (_, fields, expected) => {
    expect(verdict(fields)).toBe(expected);
  });

  it.each([
    ['one closes', { attempts: [{}, {}], closed: [2] }, 'good: Proved, 1 of 2 attempts proves the goal'],
    ['none closes', { attempts: [{}], closed: [] }, 'open: Not proved yet, 1 attempt, none proves the goal'],
    ['no place', { place: undefined, attempts: [], status: 'error', error: 'E' }, 'bad: No answer, E'],
  ])('attempts of which %s', (_, fields, expected) => {
    expect(verdict(fields)).toBe(expected);
  });

  it('says of a call that did not run no more than that', () => {
    const result = { isError: true, content: [{ type: 'text' as const, text: 'timeout is too long' }] };
    const shown = readResult(result);
    expect(shown).toEqual({ kind: 'failure', text: 'timeout is too long' });
    expect(verdictOf(shown).title).toBe('The call did not run');
    expect(verdictOf({ kind: 'none' }).tone).toBe('busy');
    expect(verdictOf({ kind: 'cancelled' }).tone).toBe('unknown');
  });
});
