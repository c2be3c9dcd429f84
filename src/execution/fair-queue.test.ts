import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

const { signal: never } = new AbortController();

/** Lets everything happen that can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Calls that end when they are told to, and who has had turns, in order. */
function setUp(concurrency: number) {
  const queue = new FairQueue(concurrency);
  const began: string[] = [];
  const running: { readonly name: string; readonly turn: Disposable }[] = [];
  const call = (name: string, maxAtOnce = Infinity, signal = never, memory = 0): Promise<void> =>
    queue.turn({ name, maxAtOnce }, memory, signal).then((turn) => {
      began.push(name);
      running.push({ name, turn });
    });
  const endOldest = async (): Promise<void> => {
    running.shift()?.turn[Symbol.dispose]();
    await settle();
  };
  return { queue, began, running, call, endOldest };
}

it('lets a newcomer in before those who have calls under way', async () => {
  const { began, call, endOldest } = setUp(2);
  for (let count = 0; count < 6; count += 1) void call('noisy');
  await settle();
  void call('quiet');
  await endOldest();
  expect(began).toEqual(['noisy', 'noisy', 'quiet']);
});

it('takes turns between those who wait', async () => {
  const { began, call, endOldest } = setUp(1);
  for (const name of ['a', 'a', 'a', 'b', 'b', 'c']) void call(name);
  for (let count = 0; count < 6; count += 1) await endOldest();
  expect(began).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
});

it('keeps places free that a caller may not take', async () => {
  const { queue, began, call } = setUp(3);
  for (let count = 0; count < 3; count += 1) void call('noisy', 2);
  await settle();
  expect([began, queue.waiting]).toEqual([['noisy', 'noisy'], 1]);
  await call('quiet', 2);
  expect(began).toEqual(['noisy', 'noisy', 'quiet']);
});

it('lets in more at once from when more are allowed, and ends nothing when fewer are', async () => {
  const { queue, began, running, call, endOldest } = setUp(1);
  for (const name of ['a', 'b', 'c', 'd']) void call(name);
  await settle();
  queue.concurrency = 3;
  await settle();
  expect(began).toEqual(['a', 'b', 'c']);
  queue.concurrency = 1;
  expect(running).toHaveLength(3);
  await endOldest();
  await endOldest();
  expect(began).toEqual(['a', 'b', 'c']);
  await endOldest();
  expect(began).toEqual(['a', 'b', 'c', 'd']);
});

it('forgets who gives up while waiting', async () => {
  const { queue, began, call, endOldest } = setUp(1);
  const controller = new AbortController();
  await call('a');
  const givenUp = call('b', 1, controller.signal);
  void call('c');
  controller.abort(new Error('enough'));
  await expect(givenUp).rejects.toThrow('enough');
  await endOldest();
  expect([began, queue.waiting]).toEqual([['a', 'c'], 0]);
});

it('does not lose the turn of a call whose signal fires just when the turn begins', async () => {
  const { queue, running, call } = setUp(1);
  await call('a');
  const controller = new AbortController();
  const second = call('b', 1, controller.signal);
  running.shift()?.turn[Symbol.dispose]();
  // The turn is given, and whoever waits for it has not heard of it yet.
  controller.abort(new Error('enough'));
  await second;
  running.shift()?.turn[Symbol.dispose]();
  expect(queue.running).toBe(0);
  await call('c');
  expect(running.map(({ name }) => name)).toEqual(['c']);
});

it('gives each turn back, whenever signals fire', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('call' as const), name: fc.constantFrom('a', 'b') }),
      fc.record({ kind: fc.constant('end' as const) }),
      fc.record({ kind: fc.constant('settle' as const) }),
      fc.record({ kind: fc.constant('abort' as const), which: fc.nat({ max: 10 }) }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 2 }), async (all, size) => {
      const { queue, running, call } = setUp(size);
      const controllers: AbortController[] = [];
      const end = (): void => {
        running.shift()?.turn[Symbol.dispose]();
      };
      for (const step of all) {
        if (step.kind === 'call') {
          const controller = new AbortController();
          controllers.push(controller);
          call(step.name, 1, controller.signal).catch(() => undefined);
        } else if (step.kind === 'end') end();
        else if (step.kind === 'settle') await settle();
        else controllers[step.which]?.abort();
      }
      for (;;) {
        await settle();
        if (running.length === 0) break;
        end();
      }
      expect([queue.running, queue.waiting]).toEqual([0, 0]);
    }),
  );
});

it('is idle when the last turn has ended', async () => {
  const { queue, call, endOldest } = setUp(1);
  await queue.whenIdle();
  void call('a');
  void call('b');
  await settle();
  let isIdle = false;
  void queue.whenIdle().then(() => (isIdle = true));
  await endOldest();
  expect(isIdle).toBe(false);
  await endOldest();
  expect(isIdle).toBe(true);
});

it('gives every call exactly one turn, never more at once than allowed, and leaves no place empty', async () => {
  const calls = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), endFirst: fc.boolean() }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(calls, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), async (all, size, max) => {
      const { queue, began, running, call, endOldest } = setUp(size);
      const check = (): void => {
        expect(queue.running).toBe(running.length);
        expect(running.length).toBeLessThanOrEqual(size);
        for (const name of ['a', 'b', 'c']) {
          const own = running.filter((one) => one.name === name).length;
          expect(own).toBeLessThanOrEqual(max);
          if (running.length < size && own < max) expect(queue.waitingIn(name)).toBe(0);
        }
      };
      for (const { name, endFirst } of all) {
        if (endFirst) await endOldest();
        void call(name, max);
        await settle();
        check();
      }
      while (running.length > 0) {
        await endOldest();
        check();
      }
      expect(began.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
      await queue.whenIdle();
    }),
  );
});

describe('memory', () => {
  /** A queue for ten calls that has ten of memory, and a call that takes some. */
  function withMemory() {
    const { queue, call, ...rest } = setUp(10);
    queue.maxMemory = 10;
    return {
      ...rest,
      queue,
      call: (name: string, memory: number, signal = never) => call(name, Infinity, signal, memory),
    };
  }

  it('keeps calls waiting for which there is none, and those behind them', async () => {
    const { began, call, endOldest } = withMemory();
    for (const [name, memory] of [
      ['large', 6],
      ['larger', 8],
      ['small', 1],
    ] as const) {
      void call(name, memory);
    }
    await settle();
    expect(began).toEqual(['large']);
    await endOldest();
    expect(began).toEqual(['large', 'larger', 'small']);
  });

  it('does not keep out a call that wants more than there is, which then runs alone', async () => {
    const { began, call, endOldest } = withMemory();
    void call('huge', 100);
    void call('small', 1);
    await settle();
    expect(began).toEqual(['huge']);
    await endOldest();
    expect(began).toEqual(['huge', 'small']);
  });

  it('goes to the next when the call gives up that waited for it', async () => {
    const { began, call } = withMemory();
    const controller = new AbortController();
    void call('large', 6);
    const givenUp = call('larger', 8, controller.signal);
    void call('small', 1);
    await settle();
    controller.abort(new Error('enough'));
    await expect(givenUp).rejects.toThrow('enough');
    await settle();
    expect(began).toEqual(['large', 'small']);
  });
});
