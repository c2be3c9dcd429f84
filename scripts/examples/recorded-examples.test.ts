import { describe, expect, it } from 'vitest';
import type { ExampleCall } from './calls.ts';
import { changedExamples, exampleProblems, renderExample, type RecordedCall } from './recorded-examples.ts';

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
    const slower = {
      ...call,
      structured: { ...call.structured, timings_ms: { queue: 3, total: 400, cold_start: true } },
      text: '1\n[Lean 4.27.0; cold start; 400 ms (queue 3, sandbox 300, elaborate 9, run 0)]',
    };
    expect(changedExamples(recorded, { ...recorded, calls: [slower] })).toEqual([]);
    expect(changedExamples(recorded, { ...recorded, calls: [{ ...call, text: '2' }] })).toEqual(['one']);
  });

  it('are shown as they were seen', () => {
    expect(renderExample(recorded, 'one', ['code', 'text'])).toBe(
      `\`\`\`lean\n#eval 1\n\`\`\`\n\n\`\`\`text\n${call.text}\n\`\`\``,
    );
    expect(() => renderExample(recorded, 'two', ['code'])).toThrow('example two was never made. Run: npm run examples');
  });
});
