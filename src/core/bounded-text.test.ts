import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedText, shorten } from './bounded-text.ts';

/** Bytes of printable ASCII, so that a byte is a character. */
const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 400 }).map((text) => Buffer.from(text));

/** A text cut into pieces, some of them empty. */
const pieces = fc.array(ascii, { maxLength: 12 });

function collect(limit: number, chunks: readonly Buffer[]): BoundedText {
  const text = new BoundedText(limit);
  for (const chunk of chunks) text.append(chunk);
  return text;
}

describe('BoundedText', () => {
  it('keeps the first and the last half of the limit, and says exactly how many bytes are missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), pieces, (limit, chunks) => {
        const all = Buffer.concat(chunks).toString();
        const half = Math.floor(limit / 2);
        const { text, omittedBytes } = collect(limit, chunks).kept();
        if (all.length <= 2 * half) {
          expect({ text, omittedBytes }).toEqual({ text: all, omittedBytes: 0 });
          return;
        }
        const head = all.slice(0, half);
        const tail = all.slice(-half);
        expect(omittedBytes).toBe(all.length - head.length - tail.length);
        expect(text).toBe(`${head}\n[… ${omittedBytes} bytes left out …]\n${tail}`);
      }),
    );
  });

  it('gives the same whether it is asked once or again and again in between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), pieces, (limit, chunks) => {
        const asked = new BoundedText(limit);
        for (const chunk of chunks) {
          asked.append(chunk);
          asked.kept();
        }
        expect(asked.kept()).toEqual(collect(limit, chunks).kept());
        expect(asked.seenBytes).toBe(Buffer.concat(chunks).length);
      }),
    );
  });

  it('joins characters that were cut between two reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.array(fc.nat(100)), (content, cuts) => {
        const bytes = Buffer.from(content);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.map((start, index) => bytes.subarray(start, at[index + 1]));
        expect(collect(10_000, chunks).kept()).toEqual({ text: content, omittedBytes: 0 });
      }),
    );
  });

  it('shows bytes that are no UTF-8 as U+FFFD', () => {
    expect(collect(100, [Buffer.from([0x61, 0xff, 0xfe, 0x62])]).kept().text).toBe('a\uFFFD\uFFFDb');
  });

  it('does not change when the buffers that it was given are used again', () => {
    const reused = Buffer.from('before');
    const text = collect(4, [reused]);
    reused.fill('x');
    expect(text.kept().text).toBe('be\n[… 2 bytes left out …]\nre');
  });

  it.each([1, 100, 65_536])(
    'needs memory for its limit only, however long the stream is: reads of %i bytes',
    (size) => {
      const limit = 512 * 1024;
      const chunk = Buffer.alloc(size, 'x');
      const heldBefore = heldBytes();
      const text = new BoundedText(limit);
      for (let sent = 0; sent < 8 * limit; sent += size) text.append(chunk);
      expect(heldBytes() - heldBefore).toBeLessThan(3 * limit);
      expect(text.kept().omittedBytes).toBe(text.seenBytes - limit);
    },
  );
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory that is in use and not garbage. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('shorten', () => {
  it('leaves a text within the limit as it is, and otherwise keeps both ends and counts what is missing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.nat(100), (text, limit) => {
        const short = shorten(text, limit);
        if (text.length <= limit) {
          expect(short).toEqual({ text, omitted: 0 });
          return;
        }
        const half = Math.floor(limit / 2);
        expect(short.omitted).toBe(text.length - 2 * half);
        expect(short.text.startsWith(text.slice(0, half))).toBe(true);
        expect(short.text.endsWith(text.slice(text.length - half))).toBe(true);
        expect(short.text).toContain(`${short.omitted} characters left out`);
      }),
    );
  });

  it('does not leave half a character at the cuts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(60), (text, limit) => {
        expect(shorten(text, limit).text.isWellFormed()).toBe(true);
      }),
    );
  });
});
