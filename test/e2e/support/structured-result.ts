/** What holds for every result of an execution tool, whatever the code was. */
import type { CallToolResult } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import type { StructuredResult } from '../../../src/report/structured-result.ts';

export type { StructuredResult };

// What acts on a terminal or hides text: nothing of it may reach a client.
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/**
 * The structured part of a result, after checking that it is compact, told by the text too, and has no field that the
 * tool does not announce. That it fits the announced schema is checked by the client.
 */
export function checkedResult(
  { isError, content, structuredContent }: CallToolResult,
  announced: ReadonlySet<string>,
): StructuredResult {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  expect(isError ?? false, text).toBe(false);
  const result = structuredContent as StructuredResult;
  expect(Object.keys(result).filter((field) => !announced.has(field))).toEqual([]);
  expect(Object.entries(result).filter(([, value]) => isEmpty(value))).toEqual([]);
  expect(result.status === 'error').toBe(result.error !== undefined);
  expect(result.error ?? '').not.toContain('\n');
  expect(JSON.stringify(result)).not.toMatch(acting);
  expect(text).not.toMatch(acting);
  for (const fact of facts(result)) expect(text).toContain(fact);
  return result;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (typeof value === 'object' && JSON.stringify(value).length === 2);
}

function facts(result: StructuredResult): string[] {
  const { error, exit_code: exitCode, truncated = {}, timings_ms: timings } = result;
  return [
    result.status === 'success' ? '' : `${result.outcome}): ${error ?? ''}`,
    ...(result.diagnostics ?? []).map(
      ({ line, column, severity, message }) => `:${line}:${column}: ${severity}: ${message}`,
    ),
    ...(result.goals ?? []).flatMap(({ rendered }) => rendered.split('\n')),
    ...[result.stdout, result.stderr].map((output) => output?.trimEnd() ?? ''),
    exitCode === undefined ? '' : `returned ${exitCode === 0 ? '' : 'exit code '}${exitCode}`,
    ...Object.values(truncated).map(String),
    ...[result.lean_version, result.session_id, result.step].map((value) => String(value ?? '')),
    result.session_rebuilt === true ? 'rebuilt' : '',
    timings.cold_start === true ? 'cold start' : '',
    `${timings.total} ms`,
  ];
}
