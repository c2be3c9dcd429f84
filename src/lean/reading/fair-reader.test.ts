import { PassThrough } from 'node:stream';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { ReadingTurns } from '../../core/reading-turns.ts';
import { FairReader } from './fair-reader.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A reader of a stream of which each byte is a message; heeding one takes so many milliseconds of the thread. */
function reader(costMs: number, heed: (spend: () => void, reader: FairReader) => Promise<void> | undefined) {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const stdout = new PassThrough();
  const seen = { heeded: 0, overdrawn: [] as string[], owedMs: 0 };
  const turns = new ReadingTurns();
  vi.spyOn(turns, 'take').mockImplementation(async (work, owedMs = 0) => {
    await Promise.resolve();
    const before = now;
    const done = work();
    seen.owedMs += owedMs + now - before;
    return done;
  });
  const made: FairReader = new FairReader({
    stdout,
    turns,
    *pieces(chunk) {
      for (const byte of chunk) {
        yield made.takeMessage(
          Buffer.of(byte),
          () => {
            seen.heeded += 1;
          },
          () =>
            heed(() => {
              now += costMs;
            }, made),
        );
      }
    },
    rest: () => undefined,
    onOverdrawn: (why) => {
      seen.overdrawn.push(why);
    },
    onDeaf: () => undefined,
    onEnded: () => undefined,
  });
  onTestFinished(() => {
    made[Symbol.dispose]();
  });
  return { stdout, seen };
}

const ways: readonly [string, Parameters<typeof reader>[1]][] = [
  [
    'at once',
    (spend) => {
      spend();
      return undefined;
    },
  ],
  [
    'at once, by something that could wait',
    (spend) => {
      spend();
      return Promise.resolve();
    },
  ],
  ['in turns of its own', (spend, { turns }) => turns.take(spend)],
];

it.each(ways)('time for heeding what was read is paid back and charged, when it is spent %s', async (_, heed) => {
  const { stdout, seen } = reader(10, heed);
  stdout.write(Buffer.alloc(100));
  await vi.waitFor(() => {
    expect([seen.heeded, seen.owedMs]).toEqual([100, 1000]);
  });
  for (let written = 100; written < 5000; written += 100) stdout.write(Buffer.alloc(100));
  await vi.waitFor(() => {
    expect(seen.overdrawn).toEqual(['much']);
  });
  // Thirty seconds of the server’s own time are what a text may cost.
  expect(seen.heeded).toBe(3001);
});

it('what is owed is paid back in another turn of the event loop, also when nobody else reads', async () => {
  const inTurn: number[] = [0];
  const count = (): void => {
    inTurn.unshift(0);
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const { stdout, seen } = reader(1, (spend) => {
    spend();
    inTurn[0] = (inTurn[0] ?? 0) + 1;
    return undefined;
  });
  stdout.write(Buffer.alloc(100));
  await vi.waitFor(() => {
    expect(seen.heeded).toBe(100);
  });
  clearImmediate(counting);
  // As much as may be owed, and the message that makes it more.
  expect(Math.max(...inTurn)).toBe(6);
});

it('a fault in heeding ends reading, and nothing else', async () => {
  const { stdout, seen } = reader(10, (spend) => {
    spend();
    return Promise.reject(new Error('a fault'));
  });
  stdout.write(Buffer.alloc(100));
  await vi.waitFor(() => {
    expect(seen).toMatchObject({ heeded: 1, overdrawn: ['strange'] });
  });
});
