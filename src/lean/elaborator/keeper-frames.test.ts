import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { KeeperFrameReader, type KeeperPiece, type KeptStream } from './keeper-frames.ts';

type Said = [KeptStream, string] | Exclude<KeeperPiece, { kind: 'bytes' }>;

/** What the reader said; bytes of one stream that follow each other joined. */
function read(chunks: readonly Buffer[]): Said[] {
  const reader = new KeeperFrameReader();
  const said: Said[] = [];
  for (const piece of chunks.flatMap((chunk) => [...reader.read(chunk)].map(own))) {
    const last = said.at(-1);
    if (piece.kind !== 'bytes') said.push(piece);
    else if (Array.isArray(last) && last[0] === piece.from) last[1] += piece.bytes.toString('latin1');
    else said.push([piece.from, piece.bytes.toString('latin1')]);
  }
  return said;
}

const own = (piece: KeeperPiece): KeeperPiece =>
  piece.kind === 'bytes' ? { ...piece, bytes: Buffer.from(piece.bytes) } : piece;

function frame(letter: string, payload: string): Buffer {
  const head = Buffer.from(`${letter}\0\0\0\0`, 'latin1');
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, Buffer.from(payload, 'latin1')]);
}

/** The same bytes in other pieces. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const names = { A: 'channel', O: 'stdout', E: 'stderr', o: 'program-stdout', e: 'program-stderr' } as const;
const letter = fc.constantFrom(...(['A', 'O', 'E', 'o', 'e'] as const));
const payload = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 30 });
const places = fc.array(fc.nat(), { maxLength: 10 });

describe('frames of the keeper', () => {
  it('come out as they were put in, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(letter, payload), { maxLength: 8 }), places, (frames, cuts) => {
        const stream = Buffer.concat([...frames.map(([name, text]) => frame(name, text)), frame('X', 'exit 7')]);
        const joined: Said[] = [];
        for (const [name, text] of frames) {
          const last = joined.at(-1);
          if (Array.isArray(last) && last[0] === names[name]) last[1] += text;
          else joined.push([names[name], text]);
        }
        expect(read(cutAt(stream, cuts))).toEqual([...joined, { kind: 'end', end: { exitCode: 7 } }]);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it('are the same for any bytes, however these are cut, and nothing comes behind what is strange', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), letter, payload, places, (noise, name, text, cuts) => {
        const stream = Buffer.concat([frame(name, text), noise]);
        const said = read(cutAt(stream, cuts));
        expect(said).toEqual(read([stream]));
        const strange = said.findIndex((piece) => !Array.isArray(piece) && piece.kind === 'strange');
        expect(strange === -1 || strange === said.length - 1).toBe(true);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it.each([
    ['another letter', frame('Q', 'x')],
    ['no bytes', frame('A', '')],
    ['more bytes than the keeper reads at once', frame('A', 'x'.repeat(65_537))],
    ['an end that says nothing', frame('X', 'gone')],
    ['an end that is too long', frame('X', `exit ${'0'.repeat(50)}`)],
    ['a count that is none', frame('M', 'oom-kills x')],
    ['an end with more behind it', frame('X', 'exit 0 oom-kills -1')],
  ])('are none with %s', (_, bytes) => {
    expect(read([frame('O', 'a'), bytes, frame('O', 'b')])).toEqual([['stdout', 'a'], { kind: 'strange' }]);
  });

  it.each([
    ['signal 9', { signal: 9 }],
    ['exit 0 oom-kills 0', { exitCode: 0, oomKills: 0 }],
    ['signal 9 oom-kills 12', { signal: 9, oomKills: 12 }],
  ])('tell the end “%s”', (text, end) => {
    expect(read([frame('X', text), frame('O', 'b')])).toEqual([{ kind: 'end', end }]);
  });

  it('tell of kills as often as they are asked, also where that is not known', () => {
    const said = [frame('M', 'oom-kills 3'), frame('o', 'a'), frame('M', 'unknown'), frame('X', 'exit 0')];
    expect(read(said)).toEqual([
      { kind: 'oom-kills', count: 3 },
      ['program-stdout', 'a'],
      { kind: 'oom-kills' },
      { kind: 'end', end: { exitCode: 0 } },
    ]);
  });
});
