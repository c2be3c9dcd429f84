import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { FrameReader, type Piece } from './frame-reader.ts';

const frameLimit = 1000;

/** What the reader said, in order; output in one piece however it came. */
type Said = { message: unknown } | { output: string } | 'broken' | { oversized: number };

function read(chunks: readonly Buffer[], limit = frameLimit): Said[] {
  const said: Said[] = [];
  const reader = new FrameReader(limit);
  const hear = (piece: Piece): void => {
    switch (piece.kind) {
      case 'body': {
        const message = parsed(piece.bytes);
        if (message === undefined) reader.reject();
        else said.push({ message });
        break;
      }
      case 'output': {
        expect(piece.bytes.length).toBeGreaterThan(0);
        const last = said.at(-1);
        const text = piece.bytes.toString('latin1');
        if (typeof last === 'object' && 'output' in last) last.output += text;
        else said.push({ output: text });
        break;
      }
      case 'broken':
        said.push('broken');
        break;
      case 'oversized':
        said.push({ oversized: piece.announcedBytes });
        break;
    }
  };
  for (const chunk of chunks) {
    reader.append(chunk);
    for (let piece = reader.next(); piece !== undefined; piece = reader.next()) hear(piece);
  }
  for (const piece of reader.end()) hear(piece);
  return said;
}

/** The JSON object in the bytes; `undefined` when there is none. */
function parsed(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([bytes(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

const message = fc.record({
  method: fc.string({ unit: 'grapheme', maxLength: 12 }),
  params: fc.array(fc.nat(), { maxLength: 5 }),
});

/** Bytes that are not of Lean, many of them almost a header. */
const noise = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((array) => bytes(String.fromCharCode(...array))),
      fc
        .constantFrom(
          'Content-Length: ',
          'Content-Length: 12',
          'Content-Length: x\r\n\r\n',
          'Content-Length: 7\r\n\rx',
          'Conte',
          'C',
          '\r\n\r\n',
          '{}',
          '12345678901\r\n\r\n',
          ' \n',
        )
        .map(bytes),
    ),
    { maxLength: 4 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter((part) => !/Content-Length: \d{1,10}\r\n\r\n/.test(part.toString('latin1')));

/** Pieces of a stream as hostile code could write it: whole messages, noise, broken messages, lies. */
const piece = fc.oneof(
  message.map(frame),
  noise,
  fc.tuple(message, fc.nat(60)).map(([value, length]) => frame(value).subarray(0, length)),
  fc.nat(2 * frameLimit).map((length) => bytes(`Content-Length: ${length}\r\n\r\n`)),
);
const stream = fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.concat(pieces));

/** The stream in pieces that are cut anywhere. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return at.map((start, index) => stream.subarray(start, at[index + 1]));
}
const places = fc.array(fc.nat(), { maxLength: 12 });

/** A message that is written again has none of the white space that may have stood in it, and a length to match. */
const unspaced = (stream: Buffer): string =>
  stream
    .toString('latin1')
    .replace(/Content-Length: \d+\r\n\r\n/g, 'Content-Length')
    .replace(/\s/g, '');

const single = (stream: Buffer): Buffer[] => [...stream].map((byte) => Buffer.from([byte]));

describe('FrameReader', () => {
  it('finds every message between other bytes, and hands those out unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, message)), noise, places, (pairs, last, places) => {
        const stream = Buffer.concat([...pairs.flatMap(([before, message]) => [before, frame(message)]), last]);
        const output = (part: Buffer): Said[] => (part.length > 0 ? [{ output: part.toString('latin1') }] : []);
        expect(read(cut(stream, places))).toEqual([
          ...pairs.flatMap(([before, message]) => [...output(before), { message }]),
          ...output(last),
        ]);
      }),
    );
  });

  it('says the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(stream, places, (stream, places) => {
        const whole = read([stream]);
        expect(read(cut(stream, places))).toEqual(whole);
        expect(read(single(stream))).toEqual(whole);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it('loses no byte: messages and output together are the stream', () => {
    fc.assert(
      fc.property(stream, places, (stream, places) => {
        const parts = read(cut(stream, places)).map((said) => {
          if (typeof said !== 'object' || 'oversized' in said) return Buffer.alloc(0);
          return 'message' in said ? frame(said.message) : bytes(said.output);
        });
        expect(unspaced(Buffer.concat(parts))).toBe(unspaced(stream));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it('takes any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), piece)), (chunks) => {
        read(chunks.map((chunk) => Buffer.from(chunk)));
      }),
    );
  });

  it('reports a message that other output has broken, and finds the next one', () => {
    fc.assert(
      fc.property(message, noise, fc.nat(), message, places, (broken, inserted, place, next, places) => {
        const whole = frame(broken);
        const at = whole.indexOf('{') + (place % (whole.length - whole.indexOf('{')));
        if (inserted.length === 0) return;
        const stream = Buffer.concat([whole.subarray(0, at), inserted, whole.subarray(at), frame(next)]);
        const said = read(cut(stream, places));
        if (at > whole.indexOf('{')) expect(said).toContain('broken');
        expect(said.at(-1)).toEqual({ message: next });
      }),
    );
  });

  it('notices a broken message as soon as the next header is there, though more was announced', () => {
    const next = frame({ id: 1 });
    const start = bytes('Content-Length: 900\r\n\r\n{"method":"a');
    expect(read([start, next])).toEqual([{ output: start.toString() }, 'broken', { message: { id: 1 } }]);
    const misleading = bytes('Content-Length: 900\r\n\r\n{"method":"Content-Length: 5"');
    expect(read([misleading, next])).toEqual([{ output: misleading.toString() }, 'broken', { message: { id: 1 } }]);
  });

  it('reads a message that talks about headers', () => {
    const talk = { message: 'Content-Length: 5\r\n\r\nContent-Length: 7' };
    expect(read(single(frame(talk)))).toEqual([{ message: talk }]);
  });

  it('reports a message that the end of the stream cuts off, however short it is', () => {
    expect(read([bytes('Content-Length: 5\r\n\r\n{"a')])).toEqual([
      { output: 'Content-Length: 5\r\n\r\n{"a' },
      'broken',
    ]);
    expect(read([bytes('Content-Length: 5')])).toEqual([{ output: 'Content-Length: 5' }]);
  });

  it.each(['[1,2', '12', '"text"', 'null', 'xx', '\u00ff{}'])('does not take %j for a message', (body) => {
    const stream = bytes(`Content-Length: ${body.length}\r\n\r\n${body}`);
    const said = read([stream, frame({ id: 2 })]);
    expect(said.filter((one) => one === 'broken')).toHaveLength(1);
    expect(said.at(-1)).toEqual({ message: { id: 2 } });
  });

  it('refuses a message over the limit and reads on behind its header', () => {
    const stream = Buffer.concat([bytes(`Content-Length: ${frameLimit + 1}\r\n\r\n`), frame({ id: 3 })]);
    expect(read([stream])).toEqual([
      { oversized: frameLimit + 1 },
      { output: `Content-Length: ${frameLimit + 1}\r\n\r\n` },
      { message: { id: 3 } },
    ]);
    const atLimit = { text: 'x'.repeat(frameLimit - '{"text":""}'.length) };
    expect(read([frame(atLimit)])).toEqual([{ message: atLimit }]);
  });
});

describe('the work of reading', () => {
  /** How many bytes are searched, copied or decoded in all. */
  function bytesHandled(work: () => void): number {
    const search = vi.spyOn(Buffer.prototype, 'indexOf');
    const copies = [vi.spyOn(Buffer.prototype, 'copy'), vi.spyOn(Buffer.prototype, 'toString')];
    const joins = vi.spyOn(Buffer, 'concat');
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    work();
    const searched = search.mock.contexts.map((where, call) => {
      const { length } = where as Buffer;
      const from = Number(search.mock.calls[call]?.[1] ?? 0);
      const found = Number(search.mock.results[call]?.value);
      return (found < 0 ? length : found) - Math.min(length, from);
    });
    const copied = copies.flatMap(({ mock }) => mock.contexts.map((what) => (what as Buffer).length));
    const joined = joins.mock.results.map(({ value }) => (value as Buffer).length);
    vi.restoreAllMocks();
    return [...searched, ...copied, ...joined].reduce((a, b) => a + b, 0);
  }

  const size = 64 * 1024;
  const open = bytes(`Content-Length: ${size}\r\n\r\n`);
  const fill = (text: string): Buffer => Buffer.alloc(size - 1, text, 'latin1');
  const inReadsOf = (length: number, stream: Buffer): Buffer[] =>
    Array.from({ length: Math.ceil(stream.length / length) }, (_, at) =>
      stream.subarray(at * length, (at + 1) * length),
    );

  it.each<[string, Buffer]>([
    ['a long message', Buffer.concat([open, bytes('"'), fill('x')])],
    ['markers that begin no message', fill('Content-Length: ')],
    ['a long message full of markers', Buffer.concat([open, fill('Content-Length: ')])],
    ['a long message full of almost whole headers', Buffer.concat([open, fill('Content-Length: 12\r\n\rx')])],
    ['headers that announce much and bring nothing', fill(`Content-Length: ${size}\r\n\r\n`)],
    ['headers that announce too much', fill('Content-Length: 999999999\r\n\r\n')],
    ['messages that are no JSON', fill('Content-Length: 30\r\n\r\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[')],
    ['short messages', fill('Content-Length: 2\r\n\r\n{}')],
    ['beginnings of markers', fill('Content-Length')],
  ])('grows no faster than the stream: %s', (_, stream) => {
    for (const length of [1, 17, 4096, stream.length]) {
      const chunks = inReadsOf(length, stream);
      const reader = new FrameReader(size);
      const handled = bytesHandled(() => {
        for (const chunk of chunks) {
          reader.append(chunk);
          for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
            if (piece.kind === 'body' && parsed(piece.bytes) === undefined) reader.reject();
          }
        }
      });
      // The rest of a marker is looked at again with each read, and an almost whole header with each of its bytes.
      expect(handled).toBeLessThan(40 * stream.length);
    }
  });
});
