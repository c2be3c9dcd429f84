import { describe, expect, it } from 'vitest';
import type { ExampleCall } from './calls.ts';
import { changedExamples, exampleProblems, renderExample, settled, type RecordedCall } from './recorded-examples.ts';

const example: ExampleCall = { name: 'one', tool: 'execute-lean', arguments: { code: '#eval 1' } };
const call: RecordedCall = {
  ...example,
  structured: { status: 'success', timings_ms: { queue: 0, total: 12 }, lean_version: '4.27.0' },
  text: '1\n[Lean 4.27.0; 12 ms (queue 0, sandbox 1, elaborate 9, run 0)]',
};
const recorded = { lean_version: '4.27.0', calls: [call] };

describe('examples of the documentation', () => {
  it('are fresh when they were made by these calls and this Lean', () => {
    expect(exampleProblems([example], recorded)).toEqual([]);
  });

  it.each<[string, readonly ExampleCall[], RecordedCall, string]>([
    [
      'a call that was changed',
      [{ ...example, arguments: { code: '#eval 2' } }],
      call,
      'example one was made by another call',
    ],
    ['a call that is new', [example, { ...example, name: 'two' }], call, 'example two was never made'],
    ['a call that is gone', [], call, 'example one is in no list any more'],
    [
      'another Lean',
      [example],
      { ...call, structured: { lean_version: '4.0.0' } },
      'example one was made by Lean 4.0.0, not 4.27.0',
    ],
  ])('are stale by %s', (_, examples, made, problem) => {
    const problems = exampleProblems(examples, { ...recorded, calls: [made] });
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it('have changed when something else is said, and not when it took longer or in another session', () => {
    const inSession = (id: string, ms: number): RecordedCall => ({
      ...call,
      structured: { session_id: id, timings_ms: { queue: ms }, attempts: [{ elapsed_ms: ms, tactic: 'x' }] },
      text: `1\n[session_id ${id}; Lean 4.27.0; ${ms > 9 ? 'cold start; ' : ''}${ms} ms (queue ${ms}, sandbox 1, elaborate 9, run 0)]`,
    });
    const first = settled([inSession('5fa5d6eb-45ba-4249-80ad-3d8db8712ca8', 4)]);
    const second = settled([inSession('9afbc0d3-a53a-4d8d-af1c-ce51da11e742', 400)]);
    expect(first[0]?.text).toBe('1\n[session_id 11111111-5e55-4000-8000-000000000000; Lean 4.27.0; …]');
    expect(changedExamples({ ...recorded, calls: first }, { ...recorded, calls: second })).toEqual([]);
    expect(changedExamples(recorded, { ...recorded, calls: [{ ...call, text: '2' }] })).toEqual(['one']);
  });

  it('are shown as they were seen', () => {
    expect(renderExample(recorded, 'one', ['code', 'text'])).toBe(
      `\`\`\`lean\n#eval 1\n\`\`\`\n\n\`\`\`text\n${call.text}\n\`\`\``,
    );
    expect(() => renderExample(recorded, 'two', ['code'])).toThrow('example two was never made. Run: npm run examples');
  });
});
