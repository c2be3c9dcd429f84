import { describe, expect, test } from 'vitest';
import { noGoals, type Diagnostic } from '../lean/diagnostic.ts';
import type { AttemptResult } from './proof-service.ts';
import { suggestedAttempts } from './suggested-attempts.ts';

function says(message: string, line = 1, column = 0, length = 6): Diagnostic {
  return { severity: 'information', start: { line, column }, end: { line, column: column + length }, message };
}

function attempt(tactic: string, ...diagnostics: readonly Diagnostic[]): AttemptResult {
  return {
    tactic,
    verdict: 'closed',
    goals: noGoals,
    diagnostics,
    elsewhere: [],
    declarationUsesSorry: false,
    elapsedMs: 1,
  };
}

const nothingWrong = (): Promise<undefined> => Promise.resolve(undefined);

async function tactics(...attempts: readonly AttemptResult[]): Promise<string[]> {
  return (await suggestedAttempts(attempts, nothingWrong)).map(({ tactic }) => tactic);
}

describe('what attempts suggest', () => {
  test('is an attempt of its own, and says whose it is', async () => {
    const attempts = [attempt('rfl'), attempt('exact?', says('Try this:\n  [apply] exact h'))];
    expect(await suggestedAttempts(attempts, nothingWrong)).toEqual([{ tactic: 'exact h', suggestedBy: 2 }]);
  });

  test.each([
    [
      'with its arguments',
      attempt('simp? [h] at g', says('Try this:\n  [apply] simp only [h] at g', 1, 0, 5)),
      'simp only [h] at g',
    ],
    [
      'between others',
      attempt('  intro h\n  simp?\n  rfl', says('Try this: simp only [h]', 2, 0, 5)),
      'intro h\nsimp only [h]\nrfl',
    ],
    [
      'over several lines, below its first',
      attempt('· aesop?', says('Try this:\n  [apply] intro h\n  exact h', 1, 2)),
      '· intro h\n  exact h',
    ],
  ])('goes in the place of the tactic %s', async (_, given, expected) => {
    expect(await tactics(given)).toEqual([expected]);
  });

  test('is tried once, and not when it was tried already', async () => {
    const again = says('Try these:\n  [apply] rfl\n  [apply] simp\n  [apply] simp');
    expect(await tactics(attempt('rfl'), attempt('exact?', again), attempt('apply?', again))).toEqual(['simp']);
  });

  test('is left out when it cannot stand in a proof', async () => {
    const problemWith = (tactic: string): Promise<string | undefined> =>
      Promise.resolve(tactic.includes(')') ? 'it closes too much' : undefined);
    const given = attempt('exact?', says('Try these:\n  [apply] rfl)\n  [apply] simp'));
    expect(await suggestedAttempts([given], problemWith)).toEqual([{ tactic: 'simp', suggestedBy: 1 }]);
  });

  test('is a few of each attempt, and not too many of all', async () => {
    const many = (n: number): Diagnostic =>
      says(`Try these:${Array.from({ length: 50 }, (_, k) => `\n  [apply] t${n}_${k}`).join('')}`);
    expect(await tactics(attempt('apply?', many(1), many(2)))).toHaveLength(8);
    expect(await tactics(...Array.from({ length: 64 }, (_, n) => attempt('apply?', many(n))))).toHaveLength(32);
  });

  test('is left out when its indentation would make it enormous', async () => {
    const given = attempt(`exact ${'a'.repeat(100_000)}; exact?`, says(`Try this:${'\n  a'.repeat(9000)}`, 1, 100_008));
    expect(await tactics(given)).toEqual([]);
  });
});
