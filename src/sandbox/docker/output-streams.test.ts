import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSplitter, splitOutput } from './output-streams.ts';

const stdout = 1;
const stderr = 2;

interface Frame {
  readonly stream: number;
  readonly payload: Buffer;
}

/** A frame as the engine writes it. */
function encode({ stream, payload }: Frame): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

const frames = fc.array(
  fc.record({
    stream: fc.constantFrom(stdout, stderr),
    payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
);

/** The stream in pieces that are cut anywhere. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return at.map((start, index) => stream.subarray(start, at[index + 1]));
}

const bytesOf = (pieces: readonly Frame[], stream: number): Buffer =>
  Buffer.concat(pieces.filter((piece) => piece.stream === stream).map(({ payload }) => payload));

describe('FrameSplitter', () => {
  it('gives the bytes of each stream in their order, wherever the reads cut the frames', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (frames, places) => {
        const splitter = new FrameSplitter();
        const pieces = cut(Buffer.concat(frames.map(encode)), places).flatMap((chunk) => splitter.push(chunk));
        for (const stream of [stdout, stderr]) {
          expect(bytesOf(pieces, stream).equals(bytesOf(frames, stream))).toBe(true);
        }
      }),
    );
  });

  it('knows frames of any length', () => {
    const frame = { stream: stdout, payload: Buffer.alloc(200_000, 'x') };
    expect(new FrameSplitter().push(encode(frame))).toEqual([frame]);
  });

  it('gives what has come of a frame without waiting for the rest', () => {
    const splitter = new FrameSplitter();
    const frame = encode({ stream: stderr, payload: Buffer.from('half') });
    expect(splitter.push(frame.subarray(0, 10))).toEqual([{ stream: stderr, payload: Buffer.from('ha') }]);
    expect(splitter.push(frame.subarray(10))).toEqual([{ stream: stderr, payload: Buffer.from('lf') }]);
  });
});

/** Lets streams hand on what they have. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Bytes that wait in a stream to be read. */
function waiting(stream: Readable): number {
  return stream.readableLength + (stream instanceof PassThrough ? stream.writableLength : 0);
}

describe('splitOutput', () => {
  it('ends both streams when the container ends, though its input is still open', async () => {
    const source = new PassThrough({ autoDestroy: false });
    const output = splitOutput(source);
    source.end();
    expect(await Promise.all([buffer(output.stdout), buffer(output.stderr)])).toEqual([
      Buffer.from(''),
      Buffer.from(''),
    ]);
  });

  it('parts what a container writes, and ends both streams when it ends', async () => {
    const source = new PassThrough();
    const output = splitOutput(source);
    source.write(encode({ stream: stdout, payload: Buffer.from('out ') }));
    source.write(encode({ stream: stderr, payload: Buffer.from('err') }));
    source.end(encode({ stream: stdout, payload: Buffer.from('put') }));
    const [out, err] = await Promise.all([buffer(output.stdout), buffer(output.stderr)]);
    expect([out.toString(), err.toString()]).toEqual(['out put', 'err']);
  });

  it.each([
    ['is closed', undefined],
    ['breaks', new Error('the engine is gone')],
  ])('ends both streams when the source %s', async (_, error) => {
    const source = new PassThrough();
    const output = splitOutput(source);
    source.write(encode({ stream: stdout, payload: Buffer.from('so far') }));
    await settle();
    source.destroy(error);
    const [out, err] = await Promise.all([buffer(output.stdout), buffer(output.stderr)]);
    expect([out.toString(), err.toString()]).toEqual(['so far', '']);
  });

  it.each([
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const)('makes the container wait while a reader of %s is slow, and loses nothing', async (name, stream) => {
    const source = new PassThrough();
    const output = splitOutput(source);
    const payload = Buffer.alloc(16 * 1024, 'x');
    const count = 100;
    let sent = 0;
    for (; sent < count; sent += 1) {
      if (!source.write(encode({ stream, payload }))) await settle();
      if (source.writableNeedDrain) break;
    }
    expect(sent).toBeLessThan(count);
    expect(waiting(output[name])).toBeLessThan(8 * payload.length);
    const reading = buffer(output[name]);
    for (sent += 1; sent < count; sent += 1) source.write(encode({ stream, payload }));
    source.end();
    expect((await reading).length).toBe(count * payload.length);
  });

  it.each([
    ['stdout', 'stderr'],
    ['stderr', 'stdout'],
  ] as const)('makes the container wait for a slow reader of %s, however fast that of %s is', async (slow, fast) => {
    const source = new PassThrough();
    const output = splitOutput(source);
    output[fast].resume();
    const payload = Buffer.alloc(20 * 1024, 'x');
    const both = [stdout, stderr].map((stream) => encode({ stream, payload }));
    // In one read: both streams are full at the same moment.
    for (let reads = 0; reads < 50; reads += 1) {
      source.write(Buffer.concat([...both, ...both]));
      await settle();
    }
    expect(waiting(output[slow])).toBeLessThan(8 * payload.length);
  });
});
