import { expect, it } from 'vitest';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { explain } from './explain.ts';

const nothing = { text: '', omittedBytes: 0 };
const timings = { queue: 0, sandbox: 0, elaborate: 0, run: 0, total: 0 };
const base = { diagnostics: [], stdout: nothing, stderr: nothing, timings };
const error: Diagnostic = {
  severity: 'error',
  message: 'no good\nat all',
  start: { line: 2, column: 3 },
  end: { line: 2, column: 4 },
};
const advice = 'Try something else.';

it.each([
  [
    { ...base, outcome: 'completed', diagnostics: [error], advice },
    'Lean rejected the code: 1 error at line 2, column 3: no good. Try something else.',
  ],
  [
    { ...base, outcome: 'crashed', detail: 'gone', lost: true, advice },
    'It is not known whether Lean would accept the code: gone. Call again. Try something else.',
  ],
  [
    { ...base, outcome: 'crashed', detail: 'it is garbled', garbled: true, advice },
    'It is not known whether Lean would accept the code: it is garbled. Do not write to stdout what looks like the messages of Lean’s server, nor let processes that you start do so. Try something else.',
  ],
  [{ ...base, outcome: 'completed', problem: 'the steps do not work' }, 'the steps do not work.'],
] as const)('advice stands behind the reason', (result, text) => {
  expect(explain(result, { maxTimeoutMs: 1000 })).toBe(text);
});
