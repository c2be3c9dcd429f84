import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { AnswerReader } from './answer-frames.ts';

const key = Buffer.from('8 secret');
const limit = 1000;

type Said = string | { oversized: number };

function read(chunks: readonly Buffer[]): Said[] {
  const reader = new AnswerReader(key, limit);
  const said: Said[] = [];
  for (const chunk of chunks) {
    for (const piece of reader.read(chunk)) {
      if (piece.kind === 'answer') said.push(`answer ${piece.bytes.toString('latin1')}`);
      else said.push(piece.kind === 'strange' ? 'strange' : { oversized: piece.announcedBytes });
    }
  }
  return said;
}

function frame(text: string, announced = text.length): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(announced);
  return Buffer.concat([key, length, Buffer.from(text, 'latin1')]);
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const text = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 60 });
const places = fc.array(fc.nat(), { maxLength: 12 });

describe('answers of the elaborator', () => {
  it('come out as they were put in, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), places, (texts, cuts) => {
        const stream = Buffer.concat(texts.map((each) => frame(each)));
        expect(read(cutAt(stream, cuts))).toEqual(texts.map((each) => `answer ${each}`));
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it('are only what carries the key, and nothing is read behind what does not', () => {
    fc.assert(
      fc.property(text, fc.uint8Array({ minLength: 8, maxLength: 40 }), places, (before, noise, cuts) => {
        fc.pre(!Buffer.from(noise).subarray(0, 8).equals(key));
        const stream = Buffer.concat([frame(before), noise, frame('later')]);
        expect(read(cutAt(stream, cuts))).toEqual([`answer ${before}`, 'strange']);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it('are refused by what they announce, before it has come', () => {
    expect(read([frame('', limit + 1), frame('later')])).toEqual([{ oversized: limit + 1 }]);
    expect(read([frame('', 0xffff_ffff)])).toEqual([{ oversized: 0xffff_ffff }]);
    expect(read([frame('x'.repeat(limit))])).toEqual([`answer ${'x'.repeat(limit)}`]);
    expect(read([frame('', 0), frame('later')])).toEqual(['strange']);
  });
});
