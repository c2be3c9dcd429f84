import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FakeDriver, someLaunch, type FakeSandbox } from '../../test/fakes/sandbox.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { silentLogger } from '../telemetry/telemetry.ts';
import { indexLimits } from './index-line.ts';
import { IndexFolder } from './index-folder.ts';
import { LibraryIndexes } from './library-indexes.ts';

const list = 'lean-docker-mcp-index 1 1 1\nm\tInit\nd\ttheorem\t0\tt\t\t4\tTrue\tSays so.\nend\n';
const waiter = { signal: new AbortController().signal, waitMs: 60_000, onProgress: () => undefined };

/** Indexes in a folder of their own, of images that a test plays. */
async function openIndexes(play: (sandbox: FakeSandbox) => void, makingLimitMs = 60_000) {
  const folder = await temporaryFolder();
  const driver = new FakeDriver(play);
  const dir = path.join(folder.path, 'declarations');
  const open = (): LibraryIndexes =>
    new LibraryIndexes({ driver, folder: new IndexFolder(dir), makingLimitMs, logger: silentLogger });
  const indexes = open();
  return {
    driver,
    dir,
    indexes,
    /** The same in another process. */
    open,
    size: (wanted = waiter) => indexes.use(someLaunch, wanted, ({ size }) => Promise.resolve(size)),
    [Symbol.asyncDispose]: async () => {
      await indexes[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('the index of an image', () => {
  it('is made once for all who want it, and read by the next process', async () => {
    await using test = await openIndexes(({ stdout }) => stdout.write(list));
    expect(await Promise.all([test.size(), test.size()])).toEqual([1, 1]);
    expect(test.driver.sandboxes.map(({ spec }) => spec.command.slice(-4))).toEqual([
      ['/opt/lean/bin/elaborator', 'index', 'Init', 'Lean'],
    ]);
    expect(test.driver.sandboxes[0]?.disposals).toBe(1);
    await using other = test.open();
    expect(await other.use(someLaunch, waiter, ({ size }) => Promise.resolve(size))).toBe(1);
    expect(test.driver.sandboxes).toHaveLength(1);
  });

  it('is read again after a rest', async () => {
    await using test = await openIndexes(({ stdout }) => stdout.write(list));
    await test.size();
    test.indexes.rest();
    expect(await test.size()).toBe(1);
    expect(test.driver.sandboxes).toHaveLength(1);
  });

  it('is not waited for longer than a caller has time, and goes on without it', async () => {
    await using test = await openIndexes(({ stdout }) => stdout.write(list.slice(0, -4)));
    await expect(test.size({ ...waiter, waitMs: 20 })).rejects.toMatchObject({
      code: 'index-unavailable',
      message: expect.stringContaining('still being made') as string,
      retryAfterS: expect.any(Number) as number,
    });
    await vi.waitFor(() => {
      expect(test.driver.sandboxes).toHaveLength(1);
    });
    const later = test.size();
    test.driver.sandboxes[0]?.stdout.write(list.slice(-4));
    expect(await later).toBe(1);
  });

  const ends: readonly [string, (sandbox: FakeSandbox) => void, string][] = [
    [
      'ends without a word',
      (sandbox) => {
        sandbox.end({ exitCode: 1 });
      },
      'it ended (exit code 1)',
    ],
    [
      'ends with an error',
      (sandbox) => {
        sandbox.stderr.write('object file is damaged\u001b[2J');
        setImmediate(() => {
          sandbox.end({ exitCode: 1 });
        });
      },
      'it ended (exit code 1): object file is damaged\\x1b[2J',
    ],
    [
      'needs too much memory',
      (sandbox) => {
        sandbox.end({ exitCode: 137, outOfMemory: true });
      },
      'more than the',
    ],
    [
      'writes something else',
      ({ stdout }) => {
        stdout.write('hello\n');
      },
      'does not begin as an index',
    ],
    [
      'writes a line that does not end',
      ({ stdout }) => {
        stdout.write('x'.repeat(indexLimits.lineBytes + 1));
      },
      'a line is too long',
    ],
    [
      'writes on behind the end',
      ({ stdout }) => {
        stdout.write(`${list}more\n`);
      },
      'behind its end',
    ],
  ];
  it.each(ends)('is not there when its sandbox %s, and nothing of it is kept', async (_, play, why) => {
    await using test = await openIndexes(play);
    await expect(test.size()).rejects.toMatchObject({
      code: 'index-unavailable',
      message: expect.stringContaining(why) as string,
    });
    expect(await readdir(test.dir)).toEqual([]);
    expect(test.driver.sandboxes[0]?.disposals).toBe(1);
  });

  it('is given up when it takes too long, and made again for the next', async () => {
    await using test = await openIndexes(() => undefined, 20);
    await expect(test.size()).rejects.toThrow('it takes too long');
    await expect(test.size()).rejects.toThrow('it takes too long');
    expect(test.driver.sandboxes.map(({ disposals }) => disposals)).toEqual([1, 1]);
  });

  it('is given up when the program ends', async () => {
    await using test = await openIndexes(() => undefined);
    const waiting = test.size();
    await vi.waitFor(() => {
      expect(test.driver.sandboxes).toHaveLength(1);
    });
    const [refused] = await Promise.allSettled([waiting, test.indexes[Symbol.asyncDispose]()]);
    expect(refused.status).toBe('rejected');
    expect(test.driver.sandboxes[0]?.disposals).toBe(1);
  });
});
