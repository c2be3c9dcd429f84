/*
 * Reads what comes out of a sandbox, for the call that it is read for: charged to the sandbox, and in portions, so that
 * nobody else waits for more than one message.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bytes } from '../../core/bytes.ts';
import type { Turns } from '../../core/reading-turns.ts';
import { ReadingBudget, type Overdraft, type ReadingLimits } from './reading-budget.ts';

/** Understands what is read. */
export interface FairReaderOptions {
  readonly stdout: Readable;
  readonly turns: Turns;
  /** Takes what came, piece by piece; a promise when a piece has to wait for something. */
  readonly pieces: (chunk: Buffer) => Iterable<Promise<void> | undefined>;
  /** The stream has ended: hands out what was left. */
  readonly rest: () => void;
  /** The budget is used up, or something is not as it should be; nothing more is read. */
  readonly onOverdrawn: (why: Overdraft, detail?: string) => void;
  /** Nothing more will be read, because the stream has ended or too much has come. */
  readonly onDeaf: () => void;
  /** The stream has ended by itself. */
  readonly onEnded: () => void;
}

/** Reading a message of this length may take a noticeable time, so that others are let go first. */
const largeMessage: Bytes = 16 * 1024;
/** So much reading in small portions, in milliseconds, has to be paid back. */
const smallDebtMs = 5;

/** Disposing forgets the stream: nothing is read any more. */
export class FairReader implements Disposable {
  readonly #options: FairReaderOptions;
  #budget = new ReadingBudget();
  /** Does work in the async context of the call that the stream is read for. */
  #inContext: <Value>(work: () => Value) => Value = AsyncLocalStorage.snapshot();
  #owedMs = 0;
  #isDeaf = false;
  #wake = (): void => undefined;

  /** Turns in which work on what was read is charged to the sandbox, as reading is. */
  readonly turns: Turns = {
    take: async (work, owedMs) => {
      let spentMs = 0;
      const done = await this.#options.turns.take(() => {
        const startedAt = performance.now();
        try {
          return work();
        } finally {
          spentMs = performance.now() - startedAt;
        }
      }, owedMs);
      this.charge({ ownMs: spentMs });
      return done;
    },
  };

  constructor(options: FairReaderOptions) {
    this.#options = options;
    // Not before its owner has it.
    queueMicrotask(() => {
      void this.#read();
    });
  }

  /** Whether nothing is read any more. */
  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  /** What is read from now on is about another text: it has a budget of its own, and is read for the call that asks. */
  beginText(): void {
    this.#budget = new ReadingBudget();
    this.#inContext = AsyncLocalStorage.snapshot();
  }

  /** @returns whether nothing more is read */
  charge(cost: Partial<ReadingLimits>): boolean {
    const why = this.#budget.charge(cost);
    if (why !== undefined) this.overdraw(why);
    return why !== undefined;
  }

  overdraw(why: Overdraft, detail?: string): void {
    if (this.#isDeaf) return;
    this.#options.onOverdrawn(why, detail);
    this[Symbol.dispose]();
  }

  /** Understands a message and heeds it, when it is its turn and is paid for. */
  takeMessage<Message>(
    bytes: Buffer,
    understand: (bytes: Buffer) => Message,
    heed: (message: Message) => Promise<void> | undefined,
  ): Promise<void> | undefined {
    if (this.charge({ messages: 1, bytes: bytes.length })) return undefined;
    if (bytes.length <= largeMessage) return heed(understand(bytes));
    return this.#takeLarge(bytes, understand, heed);
  }

  [Symbol.dispose](): void {
    if (this.#isDeaf) return;
    this.#isDeaf = true;
    this.#wake();
    this.#options.onDeaf();
  }

  async #payBack(owedMs: number): Promise<void> {
    await this.#options.turns.take(() => undefined, owedMs);
    // When nobody else reads, what is owed is rested for only the next time.
    await nextTurn();
  }

  async #takeLarge<Message>(
    bytes: Buffer,
    understand: (bytes: Buffer) => Message,
    heed: (message: Message) => Promise<void> | undefined,
  ): Promise<void> {
    const message = await this.turns.take(() => understand(bytes));
    if (!this.#isDeaf) await heed(message);
  }

  async #read(): Promise<void> {
    const { stdout, rest, onOverdrawn, onEnded } = this.#options;
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
      rest();
    } catch (error) {
      // What a fault of ours left unread may have been anything.
      if (!this.#isDeaf) onOverdrawn('strange', error instanceof Error ? error.message : String(error));
    } finally {
      for (const event of events) stdout.off(event, wake);
      // Nobody listens: what still comes must not fill the engine's stream.
      stdout.on('error', () => undefined).resume();
      const wasDeaf = this.#isDeaf;
      this[Symbol.dispose]();
      if (!wasDeaf) onEnded();
    }
  }

  /** All work on what came counts here, also when it is heeded; what that waits for is charged in its own {@link turns}. */
  async #take(chunk: Buffer): Promise<void> {
    let startedAt = performance.now();
    const pay = (): Promise<void> | undefined => {
      const spentMs = performance.now() - startedAt;
      this.charge({ ownMs: spentMs });
      this.#owedMs += spentMs;
      if (this.#owedMs <= smallDebtMs) return undefined;
      const owedMs = this.#owedMs;
      this.#owedMs = 0;
      return this.#payBack(owedMs);
    };
    for (const waits of this.#options.pieces(chunk)) {
      const paid = pay();
      if (paid !== undefined || waits !== undefined) await Promise.all([paid, waits]);
      if (this.#isDeaf) return;
      startedAt = performance.now();
    }
    await pay();
  }
}
