import { expect, test } from 'vitest';
import type { ExecutionResult, Outcome } from '../../execution/execution-service.ts';
import type { Diagnostic } from '../../lean/diagnostic.ts';
import { judgeTrial } from './trial-run.ts';

const start = { line: 1, column: 0 };
const message = (severity: Diagnostic['severity'], text: string): Diagnostic => ({
  severity,
  message: text,
  start,
  end: start,
});
const two = message('information', '2\n');
const none = { text: '', omittedBytes: 0 };

function result(outcome: Outcome, diagnostics: readonly Diagnostic[], total = 400): ExecutionResult {
  const timings = { queue: 0, sandbox: 300, elaborate: total - 300, run: 0, total };
  return { ...outcome, diagnostics, stdout: none, stderr: none, timings };
}

test('the right answer in good time is right, with its timings', () => {
  expect(judgeTrial(result({ outcome: 'completed' }, [two]), 'build it')).toEqual({
    verdict: 'ok',
    detail: '#eval 1 + 1 gave 2 in 400 ms (sandbox 300 ms, Lean 100 ms)',
    value: undefined,
  });
});

test('the right answer after more than two seconds is a warning that says where the time went', () => {
  expect(judgeTrial(result({ outcome: 'completed' }, [two], 2500), 'build it')).toMatchObject({
    verdict: 'warning',
    detail:
      '#eval 1 + 1 gave 2 in 2500 ms (sandbox 300 ms, Lean 2200 ms), which is longer than 2 s; Lean takes most of it',
  });
});

test.each<[string, Outcome, Diagnostic[], string]>([
  ['no answer', { outcome: 'completed' }, [], 'Lean gave no answer'],
  ['a wrong answer', { outcome: 'completed' }, [message('information', '3')], 'Lean answered information: 3'],
  ['an error', { outcome: 'completed' }, [two, message('error', 'no')], 'Lean answered information: 2; error: no'],
  ['the time limit', { outcome: 'timed-out', limitMs: 20_000 }, [two], 'no answer within 20 s'],
  ['a crash', { outcome: 'crashed', detail: 'the sandbox was lost' }, [two], 'the sandbox was lost'],
])('%s is a failure', (_, outcome, diagnostics, why) => {
  expect(judgeTrial(result(outcome, diagnostics), 'build it')).toEqual({
    verdict: 'failed',
    detail: `#eval 1 + 1: ${why}`,
    next: 'build it',
  });
});

test('a sandbox that runs out of memory needs more, not another image', () => {
  const finding = judgeTrial(result({ outcome: 'out-of-memory', limit: 40 * 1024 ** 2 }, []), 'build it');
  expect(finding).toMatchObject({ verdict: 'failed', next: 'export LEAN_DOCKER_MCP_MEMORY_LIMIT=80m' });
});
