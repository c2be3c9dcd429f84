import { expect } from 'vitest';
import type { Line } from './batch-client.ts';

/** An item whose result is known. */
export function sum(n: number): object {
  return { id: `n${n}`, code: `#eval ${n} + ${n}\n` };
}

/** The results of as many sums, each once, in any order. */
export function expectSums(results: readonly Line[], count: number): void {
  const byIndex = [...results].sort((one, other) => Number(one['index']) - Number(other['index']));
  expect(byIndex).toMatchObject(
    Array.from({ length: count }, (_, n) => ({
      index: n,
      id: `n${n}`,
      verdict: 'accepted',
      diagnostics: [{ message: String(2 * n) }],
    })),
  );
}
