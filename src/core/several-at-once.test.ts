import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.ts';
import { severalAtOnce } from './several-at-once.ts';

const never = new AbortController().signal;

async function collect<Value>(source: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of source) values.push(value);
  return values;
}

describe('work on several items at once', () => {
  it('does each item once, never more at a time than there are places, whatever takes how long', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (turns, places) => {
          let running = 0;
          let most = 0;
          const work = async (index: number): Promise<{ index: number }> => {
            running += 1;
            most = Math.max(most, running);
            for (let left = turns[index] ?? 0; left > 0; left -= 1) await turn();
            running -= 1;
            return { index };
          };
          const results = await collect(inOrder(severalAtOnce(turns.keys(), () => places, work, never)));
          expect(results.map(({ index }) => index)).toEqual([...turns.keys()]);
          expect(most).toBeLessThanOrEqual(places);
        },
      ),
    );
  });

  it('takes no item from its source while nobody takes results', async () => {
    let taken = 0;
    const source = function* (): Generator<number> {
      for (;;) yield (taken += 1);
    };
    const work = severalAtOnce(
      source(),
      () => 2,
      (item) => Promise.resolve(item),
      never,
    );
    await work.next();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(taken).toBeLessThanOrEqual(3);
    await work.return();
  });

  it('ends what is under way when nobody wants the rest, and waits for that', async () => {
    const ended: number[] = [];
    const work = async (item: number, signal: AbortSignal): Promise<number> => {
      if (item === 0) {
        for (let turns = 0; turns < 20; turns += 1) await turn();
        return item;
      }
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      ended.push(item);
      return item;
    };
    for await (const first of severalAtOnce([0, 1, 2], () => 3, work, never)) {
      expect(first).toBe(0);
      break;
    }
    expect(ended.toSorted()).toEqual([1, 2]);
  });

  it('throws what the work throws, and what the source throws', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(collect(severalAtOnce([1, 2], () => 2, fail, never))).rejects.toThrow('no');
    const broken = function* (): Generator<number> {
      yield 1;
      throw new Error('broken');
    };
    await expect(
      collect(
        severalAtOnce(
          broken(),
          () => 2,
          (item) => Promise.resolve(item),
          never,
        ),
      ),
    ).rejects.toThrow('broken');
  });
});
