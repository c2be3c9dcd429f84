/*
 * The border to Lean's language server: what it says, picked out of everything on its stdout, checked, and charged to the
 * sandbox that it comes from; and requests with the answers to them. Ids of requests begin with something random: an answer
 * can then not be written by who has not read the request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { formatBytes, type Bytes } from '../../core/bytes.ts';
import type { ReadingTurns } from '../../core/reading-turns.ts';
import { FrameReader, type OtherPiece } from './frame-reader.ts';
import { readMessage, type IncomingMessage } from './incoming-message.ts';
import type { fileProgressParams, publishDiagnosticsParams } from './lean-protocol.ts';
import { ReadingBudget, type Overdraft } from './reading-budget.ts';

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
  readonly turns: ReadingTurns;
  readonly listener: LeanListener;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Reading a message of this length may take a noticeable time, so that others are let go first. */
const largeMessage: Bytes = 16 * 1024;
/** So much reading in small portions, in milliseconds, has to be paid back. */
const smallDebtMs = 5;
/** So much that Lean has not read yet is more than questions of its own can have left. */
const unreadAnswersLimit: Bytes = 1024 * 1024;

/** Disposing forgets the connection: requests that are open reject, and nothing is heard any more. */
export class LeanConnection implements Disposable {
  readonly #options: LeanConnectionOptions;
  readonly #frames: FrameReader;
  readonly #prefix = `${randomBytes(12).toString('hex')}:`;
  readonly #waiting = new Map<string, Waiting>();
  #budget = new ReadingBudget();
  /** Does work in the async context of the call that the stream is read for. */
  #inContext: <Value>(work: () => Value) => Value = AsyncLocalStorage.snapshot();
  #requests = 0;
  #owedMs = 0;
  #isDeaf = false;
  #wake = (): void => undefined;

  constructor(options: LeanConnectionOptions) {
    this.#options = options;
    this.#frames = new FrameReader(options.messageLimit);
    void this.#read();
  }

  /** What is read from now on is about another text: it has a budget of its own, and is read for the call that asks. */
  beginText(): void {
    this.#budget = new ReadingBudget();
    this.#inContext = AsyncLocalStorage.snapshot();
  }

  /** Asks. Rejects when Lean refuses, and when the connection ends first. */
  async request(method: string, params: object): Promise<unknown> {
    if (this.#isDeaf) throw new Error('Lean’s connection has ended');
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

  [Symbol.dispose](): void {
    this.#isDeaf = true;
    this.#wake();
    for (const { reject } of this.#waiting.values()) reject(new Error('Lean’s connection has ended'));
    this.#waiting.clear();
  }

  async #read(): Promise<void> {
    const { stdout, listener } = this.#options;
    const wake = (): void => {
      this.#wake();
    };
    const events = ['readable', 'end', 'close', 'error'] as const;
    for (const event of events) stdout.on(event, wake);
    try {
      while (!this.#isDeaf) {
        const chunk = stdout.read() as Buffer | null;
        if (chunk !== null) await this.#inContext(() => this.#take(chunk));
        else if (stdout.readableEnded || stdout.destroyed) break;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
      if (this.#isDeaf) return;
      for (const piece of this.#frames.end()) this.#handOn(piece);
    } catch (error) {
      // What a fault of ours left unread may have been anything.
      if (!this.#isDeaf) listener.overdrawn('strange', error instanceof Error ? error.message : String(error));
    } finally {
      for (const event of events) stdout.off(event, wake);
      // Nobody listens: what still comes must not fill the engine's stream.
      stdout.on('error', () => undefined).resume();
      const wasDeaf = this.#isDeaf;
      this[Symbol.dispose]();
      if (!wasDeaf) listener.ended();
    }
  }

  async #take(chunk: Buffer): Promise<void> {
    const { turns } = this.#options;
    const startedAt = performance.now();
    let elsewhereMs = 0;
    this.#frames.append(chunk);
    for (let piece = this.#frames.next(); piece !== undefined && !this.#isDeaf; piece = this.#frames.next()) {
      const before = performance.now();
      if (piece.kind !== 'body') {
        this.#handOn(piece);
        continue;
      }
      const waits = this.#takeBody(piece.bytes);
      if (waits === undefined) continue;
      await waits;
      elsewhereMs += performance.now() - before;
    }
    const spentMs = performance.now() - startedAt - elsewhereMs;
    this.#charge({ ownMs: spentMs });
    this.#owedMs += spentMs;
    if (this.#owedMs <= smallDebtMs) return;
    const owedMs = this.#owedMs;
    this.#owedMs = 0;
    await turns.take(() => undefined, owedMs);
  }

  #takeBody(bytes: Buffer): Promise<void> | undefined {
    if (this.#charge({ messages: 1, bytes: bytes.length })) return undefined;
    if (bytes.length <= largeMessage) return this.#heed(readMessage(bytes));
    return this.#takeLarge(bytes);
  }

  async #takeLarge(bytes: Buffer): Promise<void> {
    let spentMs = 0;
    const message = await this.#options.turns.take(() => {
      const startedAt = performance.now();
      const read = readMessage(bytes);
      spentMs = performance.now() - startedAt;
      return read;
    });
    if (!this.#charge({ ownMs: spentMs })) await this.#heed(message);
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
        if (waiting === undefined) this.#charge({ strange: 1 });
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
        this.#charge({ strange: 1 });
        return;
      case 'excessive':
        this.#overdraw('much', 'one with more parts than are read');
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
        this.#overdraw('much', `one of ${formatBytes(piece.announcedBytes)}, and ${limit} are the most that is read`);
        return;
      }
    }
  }

  /** @returns whether no more is heard */
  #charge(cost: Parameters<ReadingBudget['charge']>[0]): boolean {
    const why = this.#budget.charge(cost);
    if (why !== undefined) this.#overdraw(why);
    return why !== undefined;
  }

  #overdraw(why: Overdraft, detail?: string): void {
    if (this.#isDeaf) return;
    this.#options.listener.overdrawn(why, detail);
    this[Symbol.dispose]();
  }

  #write(message: object): void {
    const { stdin } = this.#options;
    // Lean that has ended is noticed by the end of its output, not here.
    if (!stdin.writable) return;
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }
}
