/* The border to the elaborator: what code that has taken it over writes to its channel, and what comes of that. */
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { ReadingTurns } from '../../core/reading-turns.ts';
import { elaboratorProtocol } from '../toolchain.ts';
import { keyLength } from './answer-frames.ts';
import { CollectedAnswer, maxKept, type AnswerFlaw } from './collected-answer.ts';
import { ElaboratorConnection, type ElaboratorListener } from './elaborator-connection.ts';
import { sentGoal, type ElaborateRequest } from './elaborator-protocol.ts';

const answerLimit = 1024 * 1024;
const request: ElaborateRequest = {
  do: 'elaborate',
  text: 'def x := 1\n',
  keep: false,
  limits: { count: 1, bytes: 1, totalBytes: 1 },
  declarations: 0,
  goals: 0,
};
const hello = { event: 'hello', protocol: elaboratorProtocol };
const message = { severity: 'error', pos: { line: 1, column: 0 }, text: 'bad' };

interface Heard {
  readonly answers: unknown[];
  readonly output: string[];
  readonly overdrawn: string[];
  isOver: boolean;
}

/** What is heard of an elaborator that writes this, once it has been asked. */
async function hear(...written: readonly ((key: Buffer) => Buffer)[]): Promise<Heard> {
  const heard: Heard = { answers: [], output: [], overdrawn: [], isOver: false };
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const over = new Promise<void>((resolve) => {
    const listener: ElaboratorListener = {
      answer: (answer) => {
        heard.answers.push(answer);
        return undefined;
      },
      output: (from, bytes) => void heard.output.push(`${from}: ${bytes.toString()}`),
      leftOversKilled: () => undefined,
      oomKills: () => undefined,
      processEnded: () => undefined,
      overdrawn: (why, detail = '') => void heard.overdrawn.push(`${why}: ${detail}`),
      ended: () => {
        heard.isOver = true;
        resolve();
      },
    };
    const turns = new ReadingTurns();
    const connection = new ElaboratorConnection({ stdin, stdout, answerLimit, turns, listener });
    const key = stdin.read(keyLength) as Buffer;
    connection.ask(request);
    stdout.end(Buffer.concat(written.map((part) => part(key))));
  });
  await over;
  return heard;
}

const kept = (letter: string, bytes: Buffer): Buffer => {
  const head = Buffer.alloc(5, letter);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};
/** As the keeper passes on what was written to the channel: at most 64 KiB at once. */
const onChannel = (bytes: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) parts.push(kept('A', bytes.subarray(at, at + 65_536)));
  return Buffer.concat(parts);
};
const framed =
  (json: string) =>
  (key: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(json));
    return onChannel(Buffer.concat([key, length, Buffer.from(json)]));
  };
const say = (answer: object): ((key: Buffer) => Buffer) => framed(JSON.stringify(answer));

describe('the border to the elaborator', () => {
  it('lets answers to the last question through, and output beside them', async () => {
    const heard = await hear(
      say(hello),
      () => kept('O', Buffer.from('out')),
      say({ event: 'message', id: 1, message }),
    );
    expect(heard).toMatchObject({ answers: [{ event: 'message', message }], output: ['stdout: out'], overdrawn: [] });
  });

  it.each([
    ['without a greeting', [say({ event: 'done', id: 1 })], 'strange'],
    ['to a question of before', [say(hello), say({ event: 'done', id: 0 })], 'strange'],
    ['behind a second greeting', [say(hello), say(hello)], 'strange'],
    ['of another version', [say({ ...hello, protocol: 999 })], 'strange'],
    ['that is none of its answers', [say(hello), say({ event: '__proto__', id: 1 })], 'strange'],
    ['that is not JSON', [say(hello), framed('{"event":')], 'strange'],
    ['without the key', [say(hello), () => onChannel(Buffer.alloc(64))], 'strange'],
    ['that is longer than is read', [say(hello), framed(' '.repeat(answerLimit + 1))], 'much'],
    ['with more parts than are read', [say(hello), framed(`[${'1,'.repeat(140_000)}1]`)], 'much'],
    ['deeper than its answers are', [say(hello), framed(`${'['.repeat(20)}${']'.repeat(20)}`)], 'much'],
  ])('ends with an answer %s, and hears nothing behind it', async (_, written, why) => {
    const heard = await hear(...written, say({ event: 'message', id: 1, message }));
    expect(heard.answers).toEqual([]);
    expect(heard.overdrawn).toHaveLength(1);
    expect(heard.overdrawn[0]).toMatch(new RegExp(`^${why}: `, 'v'));
    expect(heard.isOver).toBe(true);
  });

  it('comes to an end with any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), async (chunks) => {
        const heard = await hear(say(hello), ...chunks.map((bytes) => () => kept('A', Buffer.from(bytes))));
        expect(heard.answers).toEqual([]);
      }),
      { numRuns: fuzzRuns(200) },
    );
  });
});

describe('what an elaborator says about a text', () => {
  const verdict = { event: 'verdict', id: 1, verdict: 'accepted' } as const;
  const error = { event: 'message', id: 1, message: { ...message, severity: 'error' } } as const;
  const collect = async (...answers: readonly Parameters<CollectedAnswer['take']>[0][]): Promise<AnswerFlaw[]> => {
    const collected = new CollectedAnswer(new ReadingTurns());
    const flaws: AnswerFlaw[] = [];
    for (const answer of answers) {
      const flaw = await collected.take(answer);
      if (flaw !== undefined) flaws.push(flaw);
    }
    return flaws;
  };

  it('cannot be taken back behind its verdict', async () => {
    expect(await collect(verdict, error)).toEqual(['strange']);
    expect(await collect(verdict, verdict)).toEqual(['strange']);
    expect(await collect(verdict, { event: 'done', id: 1 }, { event: 'done', id: 1 })).toEqual([]);
  });

  it('is no end without a verdict', async () => {
    expect(await collect({ event: 'done', id: 1 })).toEqual(['strange']);
    expect(await collect({ event: 'running', id: 1 })).toEqual(['strange']);
  });

  it('is too much when nobody could read it', async () => {
    const long = { ...error, message: { ...error.message, text: 'x'.repeat(maxKept.bytes + 1) } };
    expect(await collect(long)).toEqual(['much']);
    const many = await collect(...Array.from({ length: maxKept.messages + 1 }, () => error));
    expect(many).toEqual(['much']);
  });

  it('is strange at the first entry of a list that does not fit, and costs no more than that', () => {
    const goal = { rendered: '⊢ a', hypotheses: Array.from({ length: 10_000 }, () => 1), target: 'a' };
    const { error: refusal } = sentGoal.safeParse({ origin: 'sorry', pos: message.pos, goal });
    expect(refusal?.issues).toHaveLength(1);
  });
});
