/*
 * The border to the elaborator: what comes from its keeper, taken apart, checked, and charged to the sandbox that it comes
 * from; and requests. What does not fit ends it: only the elaborator writes to its channel, so there is nothing to forgive.
 */
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { formatBytes, type Bytes } from '../../core/bytes.ts';
import type { Turns } from '../../core/reading-turns.ts';
import { elaboratorProtocol } from '../toolchain.ts';
import { FairReader } from '../reading/fair-reader.ts';
import type { Overdraft } from '../reading/reading-budget.ts';
import { AnswerReader, keyLength } from './answer-frames.ts';
import { type ElaborateRequest, type ElaboratorAnswer, type PrepareRequest } from './elaborator-protocol.ts';
import { readAnswer, type IncomingAnswer } from './incoming-answer.ts';
import {
  KeeperFrameReader,
  leftOversRequest,
  oomKillsRequest,
  type KeeperPiece,
  type KeptStream,
  type ProcessEnd,
} from './keeper-frames.ts';

/** Hears of what comes from the elaborator. */
export interface ElaboratorListener {
  /** An answer to the last request. */
  answer(answer: ElaboratorAnswer): Promise<void> | undefined;
  output(from: Exclude<KeptStream, 'channel'>, bytes: Buffer): void;
  /** What texts had left running is killed, and all output of it has been heard. */
  leftOversKilled(): void;
  /** So many processes the memory limit has killed; `undefined` where the sandbox's kernel does not tell. */
  oomKills(count: number | undefined): void;
  /** The process has ended. */
  processEnded(end: ProcessEnd): void;
  /** The budget is used up, or something else than the elaborator's answers has come; nothing more is heard. */
  overdrawn(why: Overdraft, detail?: string): void;
  /** Nothing more will be heard, because the stream has ended or was forgotten. */
  ended(): void;
}

export interface ElaboratorConnectionOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The longest answer that is read. */
  readonly answerLimit: Bytes;
  readonly turns: Turns;
  readonly listener: ElaboratorListener;
}

/** Disposing forgets the connection: nothing is heard any more. */
export class ElaboratorConnection implements Disposable {
  readonly #options: ElaboratorConnectionOptions;
  readonly #frames = new KeeperFrameReader();
  readonly #answers: AnswerReader;
  readonly #reader: FairReader;
  #lastId = 0;
  #isGreeted = false;

  constructor(options: ElaboratorConnectionOptions) {
    const { stdin, stdout, turns, listener, answerLimit } = options;
    const key = randomBytes(keyLength);
    this.#options = options;
    this.#answers = new AnswerReader(key, answerLimit);
    const nothing = (): void => undefined;
    this.#reader = new FairReader({
      stdout,
      turns,
      pieces: (chunk) => this.#pieces(chunk),
      rest: nothing,
      onOverdrawn: (why, detail) => {
        listener.overdrawn(why, detail);
      },
      onDeaf: () => {
        listener.ended();
      },
      onEnded: nothing,
    });
    stdin.write(key);
  }

  /** Whether nothing is heard any more. */
  get hasEnded(): boolean {
    return this.#reader.isDeaf;
  }

  /** Turns in which work on what the elaborator has said is charged to its sandbox. */
  get turns(): Turns {
    return this.#reader.turns;
  }

  /** Asks; answers are heard from now on as answers to this. What they cost is charged to who asks. */
  ask(request: ElaborateRequest | PrepareRequest): void {
    this.#reader.beginText();
    this.#lastId += 1;
    const body = Buffer.from(JSON.stringify({ id: this.#lastId, ...request }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    this.#write(Buffer.concat([length, body]));
  }

  /** Has the keeper kill what texts have left running. */
  killLeftOvers(): void {
    this.#write(leftOversRequest);
  }

  /** Asks the keeper how many processes the memory limit has killed. */
  askOomKills(): void {
    this.#write(oomKillsRequest);
  }

  /** More was said than is heard. */
  refuse(detail: string): void {
    this.#reader.overdraw('much', detail);
  }

  /** Something was said that does not fit; nothing more is heard. */
  reject(detail: string): void {
    this.#reader.overdraw('strange', detail);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  #write(bytes: Buffer): void {
    const { stdin } = this.#options;
    // An elaborator that has ended is noticed by the end of its output, not here.
    if (stdin.writable) stdin.write(bytes);
  }

  *#pieces(chunk: Buffer): Generator<Promise<void> | undefined> {
    for (const piece of this.#frames.read(chunk)) {
      if (piece.kind === 'bytes' && piece.from === 'channel') yield* this.#channelPieces(piece.bytes);
      else {
        this.#handOn(piece);
        yield undefined;
      }
    }
  }

  *#channelPieces(bytes: Buffer): Generator<Promise<void> | undefined> {
    for (const piece of this.#answers.read(bytes)) {
      switch (piece.kind) {
        case 'answer':
          yield this.#reader.takeMessage(piece.bytes, readAnswer, (answer) => this.#heed(answer));
          break;
        case 'oversized': {
          const limit = formatBytes(this.#options.answerLimit);
          const announced = formatBytes(piece.announcedBytes);
          this.#reader.overdraw('much', `one of ${announced}, and ${limit} are the most that is read`);
          break;
        }
        case 'strange':
          this.reject('something else than the elaborator’s answers came on its channel');
      }
    }
  }

  #handOn(piece: KeeperPiece): void {
    const { listener } = this.#options;
    if (piece.kind === 'end') listener.processEnded(piece.end);
    else if (piece.kind === 'left-overs-killed') listener.leftOversKilled();
    else if (piece.kind === 'oom-kills') listener.oomKills(piece.count);
    else if (piece.kind === 'strange') this.reject('something else than its keeper’s frames came from the elaborator');
    else if (piece.from !== 'channel') listener.output(piece.from, piece.bytes);
  }

  #heed(answer: IncomingAnswer): Promise<void> | undefined {
    if (answer === 'excessive') {
      this.#reader.overdraw('much', 'one with more parts than are read');
      return;
    }
    if (answer === 'strange') {
      this.reject('an answer that the elaborator does not give came on its channel');
      return;
    }
    if (answer.event === 'hello') {
      this.#greet(answer.protocol);
      return;
    }
    if (!this.#isGreeted || (answer.id ?? this.#lastId) !== this.#lastId) {
      this.reject('an answer to nothing came on the elaborator’s channel');
      return;
    }
    return this.#options.listener.answer(answer);
  }

  #greet(protocol: number): void {
    if (this.#isGreeted) this.reject('the elaborator greeted twice');
    else if (protocol !== elaboratorProtocol) {
      this.reject(`the elaborator speaks version ${protocol} of its protocol, and this program ${elaboratorProtocol}`);
    }
    this.#isGreeted = true;
  }
}
