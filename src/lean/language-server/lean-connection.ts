/*
 * The border to Lean's language server: what it says, picked out of everything on its stdout, checked, and charged to the
 * sandbox that it comes from; and requests with the answers to them. Ids of requests begin with something random: an answer
 * can then not be written by who has not read the request.
 */
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { formatBytes, type Bytes } from '../../core/bytes.ts';
import type { Turns } from '../../core/reading-turns.ts';
import { FairReader } from '../reading/fair-reader.ts';
import type { Overdraft } from '../reading/reading-budget.ts';
import { FrameReader, type OtherPiece } from './frame-reader.ts';
import { readMessage, type IncomingMessage } from './incoming-message.ts';
import type { fileProgressParams, publishDiagnosticsParams } from './lean-protocol.ts';

/** Hears of what comes from Lean. */
export interface LeanListener {
  diagnostics(params: z.infer<typeof publishDiagnosticsParams>): Promise<void>;
  progress(params: z.infer<typeof fileProgressParams>): void;
  /** Bytes that are no message. */
  output(bytes: Buffer): void;
  /** A message of Lean was broken by other output. */
  broken(): void;
  /** The budget is used up, or a message is too large; nothing more is heard. */
  overdrawn(why: Overdraft, detail?: string): void;
  /** Nothing more will be heard, because the stream has ended. */
  ended(): void;
}

export interface LeanConnectionOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The longest message that is read. */
  readonly messageLimit: Bytes;
  readonly turns: Turns;
  readonly listener: LeanListener;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** So much that Lean has not read yet is more than questions of its own can have left. */
const unreadAnswersLimit: Bytes = 1024 * 1024;

/** Disposing forgets the connection: requests that are open reject, and nothing is heard any more. */
export class LeanConnection implements Disposable {
  readonly #options: LeanConnectionOptions;
  readonly #frames: FrameReader;
  readonly #prefix = `${randomBytes(12).toString('hex')}:`;
  readonly #waiting = new Map<string, Waiting>();
  readonly #reader: FairReader;
  #requests = 0;

  constructor(options: LeanConnectionOptions) {
    const { stdout, turns, listener, messageLimit } = options;
    this.#options = options;
    this.#frames = new FrameReader(messageLimit);
    this.#reader = new FairReader({
      stdout,
      turns,
      pieces: (chunk) => this.#pieces(chunk),
      rest: () => {
        for (const piece of this.#frames.end()) this.#handOn(piece);
      },
      onOverdrawn: (why, detail) => {
        listener.overdrawn(why, detail);
      },
      onDeaf: () => {
        for (const { reject } of this.#waiting.values()) reject(new Error('Lean’s connection has ended'));
        this.#waiting.clear();
      },
      onEnded: () => {
        listener.ended();
      },
    });
  }

  /** Turns in which work on what Lean has said is charged to its sandbox. */
  get turns(): Turns {
    return this.#reader.turns;
  }

  /** What is read from now on is about another text: it has a budget of its own, and is read for the call that asks. */
  beginText(): void {
    this.#reader.beginText();
  }

  /** Asks. Rejects when Lean refuses, and when the connection ends first. */
  async request(method: string, params: object): Promise<unknown> {
    if (this.#reader.isDeaf) throw new Error('Lean’s connection has ended');
    this.#requests += 1;
    const id = this.#prefix + String(this.#requests);
    const answered = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#write({ id, method, params });
    return await answered;
  }

  /** Tells. */
  notify(method: string, params: object): void {
    this.#write({ method, params });
  }

  /** More was said than is heard. */
  refuse(detail: string): void {
    this.#reader.overdraw('much', detail);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  *#pieces(chunk: Buffer): Generator<Promise<void> | undefined> {
    this.#frames.append(chunk);
    for (let piece = this.#frames.next(); piece !== undefined; piece = this.#frames.next()) {
      if (piece.kind === 'body')
        yield this.#reader.takeMessage(piece.bytes, readMessage, (message) => this.#heed(message));
      else {
        this.#handOn(piece);
        yield undefined;
      }
    }
  }

  #heed(message: IncomingMessage): Promise<void> | undefined {
    const { listener } = this.#options;
    switch (message.kind) {
      case 'diagnostics':
        return listener.diagnostics(message.params);
      case 'progress':
        listener.progress(message.params);
        return;
      case 'answer': {
        const waiting = this.#waiting.get(message.id);
        if (waiting === undefined) this.#reader.charge({ strange: 1 });
        else if (message.refusal === undefined) waiting.resolve(message.result);
        else waiting.reject(new Error(message.refusal));
        this.#waiting.delete(message.id);
        return;
      }
      case 'question':
        // The editor that there is not has no views.
        if (this.#options.stdin.writableLength <= unreadAnswersLimit) this.#write({ id: message.id, result: null });
        return;
      case 'ignored':
        return;
      case 'strange':
        this.#reader.charge({ strange: 1 });
        return;
      case 'excessive':
        this.#reader.overdraw('much', 'one with more parts than are read');
        return;
      case 'broken':
        this.#frames.reject();
        return;
    }
  }

  #handOn(piece: OtherPiece): void {
    const { listener } = this.#options;
    switch (piece.kind) {
      case 'output':
        listener.output(piece.bytes);
        return;
      case 'broken':
        listener.broken();
        return;
      case 'oversized': {
        const limit = formatBytes(this.#options.messageLimit);
        this.#reader.overdraw(
          'much',
          `one of ${formatBytes(piece.announcedBytes)}, and ${limit} are the most that is read`,
        );
        return;
      }
    }
  }

  #write(message: object): void {
    const { stdin } = this.#options;
    // Lean that has ended is noticed by the end of its output, not here.
    if (!stdin.writable) return;
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }
}
