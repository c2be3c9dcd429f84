/*
 * Whatever the code under test says, an answer has a size that a client can take. What was left out is told. A message of
 * Lean may have four megabytes.
 */
import { describe, expect, inject, it } from 'vitest';
import { programText } from './support/programs.ts';
import { sharedServer } from './support/shared-server.ts';

/** More than any answer has where nothing is configured, as JSON in bytes. docs/tools.md tells the same. */
const maxAnswer = 800_000;

const server = sharedServer();

/** Calls a tool, and gives what it answered after a look at its size. */
async function answer(tool: string, args: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const result = await server().call(tool, args);
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(maxAnswer);
  expect(result.isError ?? false).toBe(false);
  return result.structuredContent as Record<string, unknown>;
}

const sorry = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n';

const programs = ['eval-error-line', 'eval-error-apostrophes', 'eval-error-goals', 'eval-flood', 'eval-suggestions'];

describe.each(programs)('%s', (name) => {
  const code = programText(name);

  it.each(['execute-lean', 'execute-lean-persistent'])('%s', async (tool) => {
    const result = await answer(tool, { code });
    expect(result).toMatchObject({
      outcome: 'completed',
      truncated: { message_characters: expect.any(Number) as number },
    });
  });

  it('execute-lean-persistent, behind what the session has accepted', async () => {
    const { session_id: session } = await answer('execute-lean-persistent', { code: 'def x := 1' });
    expect(await answer('execute-lean-persistent', { code, session_id: session })).toMatchObject({
      session_id: session,
      outcome: 'completed',
    });
  });

  it.each(['goal', 'term-goal', 'hover', 'completions', 'definition'])('inspect-lean: %s', async (what) => {
    expect(await answer('inspect-lean', { code, line: 1, column: 0, what })).toMatchObject({ status: 'success' });
  });

  it('try-tactics, where the text has such a message', async () => {
    const attempts = Array.from({ length: 64 }, () => 'rfl');
    const result = await answer('try-tactics', { code: `${code}\n${sorry}`, sorry: 1, attempts });
    expect(result).toMatchObject({ outcome: 'completed' });
  });
});

it('try-tactics tells long attempts in short', async () => {
  const attempts = Array.from({ length: 64 }, (_, n) => `exact ${"it's ".repeat(3000)}${n}`);
  const result = await answer('try-tactics', { code: sorry, sorry: 1, attempts });
  expect(result['attempts']).toHaveLength(64);
});

describe('main-controls', () => {
  it.each(['execute-lean', 'execute-lean-persistent'])('%s', async (tool) => {
    const result = await answer(tool, { code: programText('main-controls') });
    expect(result).toMatchObject({
      status: 'success',
      truncated: { stdout_characters: expect.any(Number) as number, stderr_characters: expect.any(Number) as number },
    });
  });
});

describe('the goals of an error that has thousands', () => {
  it('are the first ones, and the others are counted', async () => {
    const result = await answer('execute-lean', { code: programText('eval-error-goals') });
    expect(result['error']).toBe('Lean rejected the code: 1 error at line 2, column 0: unsolved goals');
    // Today's elaborator knows that these are words of the code, and no goals of Lean's.
    if (!inject('isStandIn')) {
      expect(result).not.toHaveProperty('goals');
      return;
    }
    expect(result['goals']).toHaveLength(24);
    expect((result['truncated'] as { goals: number }).goals).toBeGreaterThan(1000);
  });
});

describe('suggestions of which there are thousands', () => {
  it('are the first ones, and that there are more is told', async () => {
    const result = await answer('execute-lean', { code: programText('eval-suggestions') });
    expect(result['suggestions']).toHaveLength(32);
    expect((result['truncated'] as { suggestions: number }).suggestions).toBeGreaterThan(0);
  });
});

describe('the first line of an error', () => {
  it('is cut, and what was cut is told', async () => {
    const { error } = await answer('execute-lean', { code: programText('eval-error-line') });
    expect(error).toMatch(/: it's "no" it's "no" [^]{270,300}… \(\d{7} more characters\)$/);
  });
});
