import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

/** A stream that nobody reads until the test does, with lines of ten bytes. */
function setUp(limit: number) {
  const written: string[] = [];
  let goOn: (() => void) | undefined;
  const out = new Writable({
    decodeStrings: false,
    write: (line: string, _, done) => {
      written.push(line.trim());
      goOn = done;
    },
  });
  const lines = new LogLines(out, (dropped) => out.write(`lost ${dropped}\n`), limit);
  const write = (...names: readonly string[]): void => {
    for (const name of names) lines.write(`${name.padEnd(9)}\n`);
  };
  const readAll = async (): Promise<void> => {
    while (goOn !== undefined) {
      const next = goOn;
      goOn = undefined;
      next();
      await new Promise(setImmediate);
    }
  };
  return { out, lines, written, write, readAll };
}

describe('lines that nobody reads', () => {
  it('are kept up to a limit, then dropped and counted', () => {
    const { out, lines, write } = setUp(30);
    write('a', 'b', 'c', 'd', 'e', 'f', 'g');
    expect([out.writableLength, lines.dropped]).toEqual([40, 3]);
  });

  it('are told of as a number, once, before the next line that is written', async () => {
    const { lines, written, write, readAll } = setUp(10);
    write('a', 'b', 'c', 'd');
    await readAll();
    write('e');
    await readAll();
    write('f');
    await readAll();
    expect(written).toEqual(['a', 'b', 'lost 2', 'e', 'f']);
    expect(lines.dropped).toBe(2);
  });
});

it('a reader that has gone is no error', () => {
  const { out, lines, write } = setUp(1000);
  out.destroy(new Error('EPIPE'));
  write('a');
  expect(lines.dropped).toBe(1);
});

it('a file that cannot be written to loses lines, and nothing else', () => {
  const full = new Writable();
  full.write = () => {
    throw new Error('ENOSPC');
  };
  const lines = new LogLines(full, () => undefined);
  lines.write('a');
  expect(lines.dropped).toBe(1);
});
