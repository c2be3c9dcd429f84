import { expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { patient, timed, type Gate } from './gate.ts';
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

const open: Gate = { admit: (work) => work() };
const busy = (): AppError =>
  new AppError(failures.busy.callsWaiting({ seconds: 1 }), 'Too many.', { retryAfterS: 0.001 });

it('work that is told to come again does, until it is its turn', async () => {
  let tries = 0;
  const full: Gate = {
    admit: (work) => {
      tries += 1;
      return tries < 3 ? Promise.reject(busy()) : work();
    },
  };
  expect(await patient(full).admit(() => Promise.resolve('done'), signal, cost)).toBe('done');
  expect(tries).toBe(3);
});

it('what goes wrong otherwise is told', async () => {
  const wrong = (): Promise<never> => Promise.reject(new Error('wrong'));
  await expect(patient(open).admit(wrong, signal, cost)).rejects.toThrow('wrong');
});

it('nobody waits who has given up', async () => {
  const caller = new AbortController();
  const full: Gate = {
    admit: () => {
      caller.abort(new Error('given up'));
      return Promise.reject(busy());
    },
  };
  await expect(patient(full).admit(() => Promise.resolve(), caller.signal, cost)).rejects.toThrow('given up');
});
