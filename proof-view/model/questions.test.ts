import { describe, expect, it } from 'vitest';
import type { Host } from '../host/host-connection.ts';
import { askForGoals, lineOfStep } from './questions.ts';
import { readInput, readResult, type ShownResult } from './shown-call.ts';

describe('where a step stands in the text of its session', () => {
  it.each([
    ['the only step', 'def a := 1\n', 'def a := 1\n', 0],
    ['behind others', 'def a := 1\ndef b := 2\n', 'def b := 2', 1],
    ['before others', 'def a := 1\ndef b := 2\n', 'def a := 1\n', 0],
    ['with imports, which go to the head', 'import Lean\nimport Std\ndef a := 1\n', 'import Std\n\ndef a := 1', 0],
    ['as a part of a line only', 'def ab := 1\n', 'def a', undefined],
    ['not as it was sent', 'def a := 1\n', 'def a := 1\ndef main := 1', undefined],
    ['nothing but imports', 'import Lean\n', 'import Lean\n', undefined],
  ])('%s', (_, source, code, expected) => {
    expect(lineOfStep(source, code)).toBe(expected);
  });
});

const accepted: ShownResult = readResult({
  content: [],
  structuredContent: { status: 'success', outcome: 'completed', timings_ms: {}, session_id: 's1' },
});
const rejected: ShownResult = readResult({
  content: [],
  structuredContent: { status: 'error', outcome: 'completed', timings_ms: {}, session_id: 's1' },
});
const alone: ShownResult = readResult({ content: [], structuredContent: { status: 'success', timings_ms: {} } });

describe('a question about a place', () => {
  it.each([
    ['a text of its own', { code: 'x' }, alone, { code: 'x', line: 2 }],
    ['an accepted step, in the session’s text', { code: 'x' }, accepted, { session_id: 's1', line: 4 }],
    ['a rejected step, behind it', { code: 'x' }, rejected, { session_id: 's1', code: 'x', line: 2 }],
    ['the session itself', { session_id: 's1' }, alone, { session_id: 's1', line: 2 }],
  ])('is about %s', async (_, input, shown, expected) => {
    const asked: unknown[] = [];
    const host: Host = {
      capabilities: {},
      callTool: (name, given) => {
        asked.push([name, given]);
        return Promise.resolve({ content: [], structuredContent: { found: true } });
      },
      readResource: () => Promise.resolve('1\n2\nx\n'),
      tellModel: () => Promise.resolve(),
      setDisplayMode: () => Promise.resolve(),
    };
    const answer = await askForGoals({ host, input: readInput(input), shown }, { line: 2, column: 3 });
    expect(asked).toEqual([['inspect-lean', { ...expected, column: 3, what: 'goal' }]]);
    expect(answer.state).toBe('answered');
  });

  it('is asked of the term where there is no tactic, and what fails says why', async () => {
    const asked: unknown[] = [];
    const host = (fails: boolean): Host => ({
      capabilities: {},
      callTool: (_, { what }) => {
        asked.push(what);
        if (fails) return Promise.reject(new Error('The user said no.'));
        return Promise.resolve({ content: [], structuredContent: { found: what === 'term-goal', goal: {} } });
      },
      readResource: () => Promise.reject(new Error('none')),
      tellModel: () => Promise.resolve(),
      setDisplayMode: () => Promise.resolve(),
    });
    const question = { input: { code: 'x' }, shown: alone };
    const place = { line: 1, column: 0 };
    expect(await askForGoals({ host: host(false), ...question }, place)).toMatchObject({ result: { found: true } });
    expect(asked).toEqual(['goal', 'term-goal']);
    expect(await askForGoals({ host: host(true), ...question }, place)).toEqual({
      state: 'failed',
      why: 'The user said no.',
    });
  });
});
