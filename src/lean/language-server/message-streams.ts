/*
 * The two ends that the JSON-RPC library talks through. Request ids get a random prefix on their way out and lose it on
 * their way in: an answer to a request of ours can then not be written by something that has not read the request.
 */
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { AbstractMessageReader, AbstractMessageWriter, type DataCallback, type Message } from 'vscode-jsonrpc/node';
import { FrameReader } from './frame-reader.ts';

type WireMessage = Message & { id?: number | string | null; method?: string };

/** What was on the stream beside the messages. */
export interface StreamObserver {
  output(bytes: Buffer): void;
  broken(): void;
  oversized(announcedBytes: number): void;
}

/** Gives each connection its own unguessable request ids. */
export class RequestIds {
  readonly #prefix = `${randomBytes(12).toString('hex')}:`;

  toWire(id: number | string): string {
    return `${this.#prefix}${id}`;
  }

  /** @returns `undefined` when the id is not one of ours */
  fromWire(id: number | string | null | undefined): number | undefined {
    if (typeof id !== 'string' || !id.startsWith(this.#prefix)) return undefined;
    return Number(id.slice(this.#prefix.length));
  }
}

/** Reading for longer than this, in milliseconds, at the cost of everybody else, has to be paid back by waiting as long. */
const longestReading = 50;

/** So many messages in one read are more than Lean has to say at a time. */
const largestBurst = 64;

/** So much that Lean has not read yet is more than questions of its own can have left. */
const unreadAnswersLimit = 1024 * 1024;

/**
 * Messages from Lean, picked out of everything on its stdout. The library handles one message in a turn of the event loop,
 * and keeps the others for as long as it takes: who sends more in a read than Lean would has to wait until it is done, and
 * so has who sends what takes long to read.
 */
export class LeanMessageReader extends AbstractMessageReader {
  readonly #source: Readable;
  readonly #ids: RequestIds;
  readonly #observer: StreamObserver;
  readonly #frameLimit: number;

  constructor(source: Readable, ids: RequestIds, observer: StreamObserver, frameLimit: number) {
    super();
    this.#source = source;
    this.#ids = ids;
    this.#observer = observer;
    this.#frameLimit = frameLimit;
  }

  override listen(callback: DataCallback): { dispose: () => void } {
    const observer = this.#observer;
    let messages = 0;
    const frames = new FrameReader(
      {
        message: (value) => {
          const message = this.#incoming(value as WireMessage);
          if (message === undefined) return;
          messages += 1;
          callback(message);
        },
        output: (bytes) => {
          observer.output(bytes);
        },
        broken: () => {
          observer.broken();
        },
        oversized: (bytes) => {
          observer.oversized(bytes);
        },
      },
      this.#frameLimit,
    );
    const onData = (chunk: Buffer): void => {
      messages = 0;
      const startedAt = performance.now();
      frames.push(chunk);
      const spentMs = performance.now() - startedAt;
      if (messages <= largestBurst && spentMs <= longestReading) return;
      this.#source.pause();
      afterTurns(messages, () => {
        if (spentMs <= longestReading) this.#source.resume();
        else setTimeout(() => this.#source.resume(), spentMs).unref();
      });
    };
    this.#source.on('data', onData);
    this.#source.once('end', () => {
      frames.end();
      this.fireClose();
    });
    return { dispose: () => this.#source.off('data', onData) };
  }

  /** Answers get their own id back; answers to nothing are dropped. */
  #incoming(message: WireMessage): Message | undefined {
    if (typeof message.method === 'string') return { ...message, jsonrpc: '2.0' };
    const id = this.#ids.fromWire(message.id);
    return id === undefined ? undefined : ({ ...message, jsonrpc: '2.0', id } as WireMessage);
  }
}

/** Messages to Lean. */
export class LeanMessageWriter extends AbstractMessageWriter {
  readonly #target: Writable;
  readonly #ids: RequestIds;

  constructor(target: Writable, ids: RequestIds) {
    super();
    this.#target = target;
    this.#ids = ids;
  }

  write(message: WireMessage): Promise<void> {
    if (message.method === undefined && this.#target.writableLength > unreadAnswersLimit) return Promise.resolve();
    const ours = message.method !== undefined && message.id !== undefined && message.id !== null;
    const wire = ours ? { ...message, id: this.#ids.toWire(message.id ?? 0) } : message;
    const body = Buffer.from(JSON.stringify(wire));
    // Lean that has ended is noticed by the end of its output, not here.
    if (this.#target.writable)
      this.#target.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
    return Promise.resolve();
  }

  end(): void {
    this.#target.end();
  }
}

function afterTurns(turns: number, then: () => void): void {
  setImmediate(() => {
    if (turns > 1) afterTurns(turns - 1, then);
    else then();
  });
}
