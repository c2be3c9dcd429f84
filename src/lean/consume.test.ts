import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { consume } from './consume.ts';

it.each([
  ['ended', (stream: PassThrough) => stream.end()],
  ['closed', (stream: PassThrough) => stream.destroy()],
])('takes what comes until the stream is %s', async (_, finish) => {
  const stream = new PassThrough();
  const taken: string[] = [];
  const consumed = consume(stream, (bytes) => taken.push(bytes.toString()));
  stream.write('a');
  await new Promise((resolve) => setImmediate(resolve));
  finish(stream);
  await consumed;
  expect(taken).toEqual(['a']);
});
