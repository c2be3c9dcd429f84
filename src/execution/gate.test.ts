import { expect, it } from 'vitest';
import { timed, type Gate } from './gate.ts';
import { Stopwatch } from './stopwatch.ts';

const cost = { memory: 1, cpus: 1 };
const { signal } = new AbortController();

it('measures how long a call waits for its turn, and not how long it works', async () => {
  const stopwatch = new Stopwatch();
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  const gate: Gate = {
    admit: async (work) => {
      await pause();
      return await work();
    },
  };
  let queue: number | undefined;
  const result = await timed(gate, stopwatch).admit(
    async () => {
      queue = stopwatch.read().queue;
      await pause();
      return 'done';
    },
    signal,
    cost,
  );
  expect(result).toBe('done');
  expect(queue).toBeGreaterThan(0);
  expect(stopwatch.read().queue).toBe(queue);
});
