/** The tools for proofs, with what holds for each of their results checked. */
import { expect } from 'vitest';
import type { StructuredAttempts } from '../../../src/report/attempts-result.ts';
import type { StructuredInspection } from '../../../src/report/inspection-result.ts';
import type { TestServer } from './server.ts';

export type { StructuredAttempts, StructuredInspection };

/** The text in question, and the place in it. */
export type ProofArguments = Readonly<Record<string, unknown>>;

// What acts on a terminal or hides text: nothing of it may reach a client.
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Calls inspect-lean with arguments it can use. */
export async function inspect(server: TestServer, args: ProofArguments): Promise<StructuredInspection> {
  const { structured, text } = await callProofTool(server, 'inspect-lean', args);
  const result = structured as StructuredInspection;
  const goals = [...(result.goals_before ?? []), ...(result.goals_after ?? []), ...(result.goal ? [result.goal] : [])];
  for (const { rendered } of goals) for (const line of rendered.split('\n')) expect(text).toContain(line);
  for (const { label, detail = '' } of result.completions ?? []) {
    expect(text).toContain(label);
    expect(text).toContain(detail);
  }
  expect(text).toContain(result.note ?? '');
  expect(text).toContain(result.text ?? '');
  if (result.status === 'success') expect(result.found).toBe(result.note === undefined);
  return result;
}

/** Calls try-tactics with arguments it can use. */
export async function tryTactics(server: TestServer, args: ProofArguments): Promise<StructuredAttempts> {
  const { structured, text } = await callProofTool(server, 'try-tactics', args);
  const result = structured as StructuredAttempts;
  const attempts = result.attempts ?? [];
  const closed = attempts.filter((attempt) => attempt.result === 'closed').map(({ number }) => number);
  expect(result.closed ?? []).toEqual(closed);
  expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
  for (const { number, result: verdict, goals = [], diagnostics = [], new_errors: newErrors = [] } of attempts) {
    expect(text).toContain(`${number}. ${verdict}`);
    for (const { rendered } of goals) for (const line of rendered.split('\n')) expect(text).toContain(line);
    for (const { line, column, severity } of [...diagnostics, ...newErrors]) {
      expect(text).toContain(`${line}:${column}: ${severity}: `);
    }
  }
  return result;
}

/** Tries attempts, and gives what came of each in the same order. */
export async function verdicts(server: TestServer, args: ProofArguments): Promise<string[]> {
  return ((await tryTactics(server, args)).attempts ?? []).map(({ result }) => result);
}

async function callProofTool(
  server: TestServer,
  tool: string,
  args: ProofArguments,
): Promise<{ structured: unknown; text: string }> {
  const { isError, content, structuredContent } = await server.call(tool, args);
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  expect(isError ?? false, text).toBe(false);
  const { error, status } = structuredContent as StructuredInspection;
  expect(status === 'error').toBe(error !== undefined);
  expect(error ?? '').not.toContain('\n');
  expect(text).toContain(error ?? '');
  expect(JSON.stringify(structuredContent)).not.toMatch(acting);
  expect(text).not.toMatch(acting);
  return { structured: structuredContent, text };
}
