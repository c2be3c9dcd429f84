import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineMessages, type EngineMessage } from './engine-messages.ts';

async function read(chunks: readonly Buffer[]): Promise<EngineMessage[]> {
  const messages: EngineMessage[] = [];
  for await (const message of engineMessages(Readable.from(chunks))) messages.push(message);
  return messages;
}

describe('engineMessages', () => {
  it('gives each message, however the stream is cut', async () => {
    const sent: EngineMessage[] = [
      { stream: 'Step 1/2 : FROM debian\n' },
      { status: 'Übertrage', id: 'a' },
      { error: 'ended' },
    ];
    const bytes = Buffer.from(sent.map((message) => `${JSON.stringify(message)}\r\n`).join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.sort((left, right) => left - right), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await read(chunks.filter((chunk) => chunk.length > 0))).toEqual(sent);
      }),
    );
  });

  it('passes over what is no message', async () => {
    expect(await read([Buffer.from('\nnonsense\n[1]\n{"stream":1}\n{"stream":"x","more":true}\n')])).toEqual([
      { stream: 'x' },
    ]);
  });
});
