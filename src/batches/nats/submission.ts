import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { messageOf } from '../../core/app-error.ts';
import type { Bytes } from '../../core/bytes.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import type { BatchHead, Check, Submitted } from '../work-queue.ts';
import type { BatchItem } from '../batch-item.ts';
import { encode } from './messages.ts';
import { jobName } from './names.ts';
import { requestMs, restMs } from '../../nats/times.ts';

export interface SubmissionOptions {
  readonly js: JetStreamClient;
  readonly subject: string;
  readonly head: BatchHead;
  /** Throws when nobody wants the batch any more. */
  readonly requireWanted: () => Promise<void>;
  /** Throws for a message that the servers would not take. */
  readonly requireFits: (check: Check, bytes: Bytes) => void;
  readonly logger: Logger;
}

/** Checks on their way to the servers at a time: so many, of so many bytes in all. */
const maxUnacknowledged = 256;
const maxUnacknowledgedBytes = 8 * 1024 ** 2;

interface Sent {
  readonly submitted: Promise<Submitted>;
  readonly bytes: Bytes;
}

/** The items of one sender on their way into the queue. */
export class Submission {
  readonly #options: SubmissionOptions;
  readonly #signal: AbortSignal;
  /** In the order of the items. */
  readonly #sent: Sent[] = [];
  #bytes = 0;
  /** Those that the servers refused go one after another. */
  #lane: Promise<unknown> = Promise.resolve();
  #refused = 0;

  constructor(options: SubmissionOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Sends items, and tells of each in order when the servers have it. Asks for no more than there is room for. */
  async *send(items: AsyncIterable<BatchItem>): AsyncGenerator<Submitted, void, undefined> {
    const source = items[Symbol.asyncIterator]();
    let next: Promise<IteratorResult<BatchItem>> | undefined;
    let isEnd = false;
    try {
      while (!isEnd || this.#sent.length > 0) {
        const [first] = this.#sent;
        if (!isEnd && this.#hasRoom()) next ??= source.next();
        const ready = await Promise.race([
          ...(next === undefined ? [] : [next]),
          ...(first === undefined ? [] : [first.submitted.then(() => first)]),
        ]);
        if ('submitted' in ready) {
          this.#sent.shift();
          this.#bytes -= ready.bytes;
          yield await ready.submitted;
        } else {
          next = undefined;
          if (ready.done === true) isEnd = true;
          else this.#add(ready.value);
        }
      }
    } finally {
      // A source that is being waited for ends when it can.
      if (!isEnd) source.return?.().catch(() => undefined);
    }
  }

  #hasRoom(): boolean {
    return this.#refused === 0 && this.#sent.length < maxUnacknowledged && this.#bytes < maxUnacknowledgedBytes;
  }

  #add(item: BatchItem): void {
    const check: Check = { head: this.#options.head, item };
    const message = encode(check);
    this.#options.requireFits(check, message.length);
    const submitted = this.#submit(check, message);
    // Heard of when it is its turn.
    submitted.catch(() => undefined);
    this.#sent.push({ submitted, bytes: message.length });
    this.#bytes += message.length;
  }

  async #submit(check: Check, message: Uint8Array): Promise<Submitted> {
    const name = jobName(check);
    const submitted = await this.#try(check, name, message);
    if (submitted !== undefined) return submitted;
    this.#refused += 1;
    const turn = this.#lane.then(() => this.#insist(check, name, message));
    this.#lane = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#refused -= 1;
    }
  }

  /** Sends a check until the servers have it. */
  async #insist(check: Check, name: string, message: Uint8Array): Promise<Submitted> {
    for (;;) {
      this.#signal.throwIfAborted();
      const submitted = await this.#try(check, name, message);
      if (submitted !== undefined) return submitted;
      await this.#options.requireWanted();
      await pause(restMs, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  /** @returns `undefined` when the servers have no room now, or do not answer */
  async #try({ item }: Check, name: string, message: Uint8Array): Promise<Submitted | undefined> {
    const { js, subject, logger } = this.#options;
    try {
      const { duplicate } = await js.publish(subject, message, { msgID: name, timeout: requestMs });
      return { index: item.index, status: duplicate ? 'duplicate' : 'accepted' };
    } catch (error) {
      if (!isFull(error)) logger.debug('A check is sent again', { error: messageOf(error) });
      return undefined;
    }
  }
}

/** The servers keep as many messages of a subject as they may. */
function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === 10_077;
}
