import { expect, test } from 'vitest';
import type { CheckResult } from './check.ts';
import { renderCheck, renderSummary } from './render-checks.ts';

const checks: readonly CheckResult[] = [
  { name: 'configuration', verdict: 'ok', detail: 'no file' },
  { name: 'image', verdict: 'failed', detail: 'none', next: 'lean-docker-mcp image build' },
  { name: 'trial-run', verdict: 'skipped', detail: 'image did not pass' },
  { name: 'memory', verdict: 'warning', detail: 'little' },
];

test('each check is a line, and below it what to type next', () => {
  expect(checks.map(renderCheck).join('')).toBe(
    [
      '✓ configuration no file',
      '✗ image         none',
      '                → lean-docker-mcp image build',
      '- trial-run     skipped: image did not pass',
      '! memory        little',
      '',
    ].join('\n'),
  );
});

test('further lines of a detail are indented below the first', () => {
  expect(renderCheck({ name: 'configuration', verdict: 'failed', detail: 'wrong:\n- a\n- b' })).toBe(
    ['✗ configuration wrong:', '                - a', '                - b', ''].join('\n'),
  );
});

test('the summary says whether everything is ready, and counts what is not', () => {
  expect(renderSummary(checks)).toBe('Not ready: 1 failed, 1 skipped, 1 warning.\n');
  expect(renderSummary(checks.slice(0, 1))).toBe('Ready.\n');
  expect(renderSummary(checks.slice(3))).toBe('Ready: 1 warning.\n');
});
