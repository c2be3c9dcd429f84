import { setTimeout as pause } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { pull } from '../../nats/delivery.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { noSuchBatch, type BatchId, type RecordedResult } from '../work-queue.ts';
import type { BatchTable } from './batch-table.ts';
import { readReport } from './messages.ts';
import type { QueueNames } from './names.ts';
import { countChecks } from './streams.ts';
import { nsPerMs, restMs } from '../../nats/times.ts';

export interface ResultReaderOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly names: QueueNames;
  readonly table: BatchTable;
  readonly logger: Logger;
}

/** Read at a time, so held at most. */
const resultsAtATime = 32;
/** How long the servers wait for more of them, in milliseconds. */
const waitMs = 1000;
/** How often it is asked whether there will be more, in milliseconds; a reader that came later has them counted for that. */
const askEveryMs = 250;
const countEveryMs = 1000;
/** After so long without a result and without a check, results that are missing are lost, in milliseconds. */
const lossPatienceMs = 10_000;
const readerAgeMs = 60_000;

/** Reads the results of one batch in the order in which they were recorded. */
export class ResultReader {
  readonly #options: ResultReaderOptions;
  readonly #id: BatchId;
  #last: number;
  /** How many were read; `undefined` when it is not known how many there are before the first. */
  #told: number | undefined;
  #items: number | undefined;
  #askedAt = -Infinity;
  #heardAt = performance.now();

  constructor(options: ResultReaderOptions, id: BatchId, after: number) {
    this.#options = options;
    this.#id = id;
    this.#last = after;
    this.#told = after === 0 ? 0 : undefined;
  }

  /** Ends when all of a complete batch are told. @throws AppError `batch-unknown`; the signal's reason */
  async *read(signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined> {
    const { logger } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      try {
        if ((yield* this.#readOn(signal)) === 'all') return;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AppError) throw error;
        // Whoever kept the reader may be gone; another one goes on behind the last that was told.
        logger.debug('Results could not be read; trying again', { error: messageOf(error) });
        await pause(restMs);
      }
    }
  }

  async *#readOn(signal: AbortSignal): AsyncGenerator<RecordedResult, 'all' | 'lost-one', undefined> {
    const { connection, jsm, names } = this.#options;
    const consumer = await this.#makeConsumer();
    let deliveries = 0;
    try {
      for (;;) {
        signal.throwIfAborted();
        const request = { stream: names.results, consumer, count: resultsAtATime, waitMs };
        let pending = 0;
        for await (const { data, seq, deliverySeq, pending: left } of pull(connection, request)) {
          deliveries += 1;
          this.#heardAt = performance.now();
          if (deliverySeq !== deliveries) return 'lost-one';
          this.#last = seq;
          if (this.#told !== undefined) this.#told += 1;
          pending = left;
          yield { seq, report: readReport(data) };
          if (left === 0 && (await this.#isAllTold())) return 'all';
        }
        if (pending === 0 && (await this.#isAllTold())) return 'all';
      }
    } finally {
      await jsm.consumers.delete(names.results, consumer).catch(() => false);
    }
  }

  async #makeConsumer(): Promise<string> {
    const { jsm, names } = this.#options;
    const { name } = await jsm.consumers.add(names.results, {
      filter_subject: names.resultSubject(this.#id, '*'),
      ack_policy: AckPolicy.None,
      ...(this.#last > 0
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: this.#last + 1 }
        : { deliver_policy: DeliverPolicy.All }),
      inactive_threshold: readerAgeMs * nsPerMs,
      mem_storage: true,
      num_replicas: 1,
    });
    return name;
  }

  /** Whether there will be no more; asked when none are there now. */
  async #isAllTold(): Promise<boolean> {
    const { table } = this.#options;
    const now = performance.now();
    const isEnough = this.#items !== undefined && this.#told !== undefined && this.#told >= this.#items;
    if (!isEnough && now - this.#askedAt < (this.#told === undefined ? countEveryMs : askEveryMs)) return false;
    this.#askedAt = now;
    if (!(await table.isWanted(this.#id))) throw noSuchBatch(this.#id);
    this.#items ??= await table.read(this.#id, 'items');
    if (this.#items === undefined) return false;
    const told = this.#told ?? (await countResults(this.#options, this.#id));
    if (told < this.#items && now - this.#heardAt > lossPatienceMs) await this.#requireChecks(this.#items);
    return told >= this.#items;
  }

  /** @throws AppError `batch-unknown` when nothing is left that results could come of */
  async #requireChecks(items: number): Promise<void> {
    const { jsm, names, table } = this.#options;
    const head = await table.head(this.#id);
    if (head === undefined) throw noSuchBatch(this.#id);
    if ((await countChecks(jsm, names, names.checkSubject(head.image, head.principal))).size > 0) return;
    // Counted after that: a result is recorded before its check is gone.
    const count = await countResults(this.#options, this.#id);
    if (count >= items) return;
    throw new AppError(
      failures['batch-unknown'].resultsLost,
      `Of ${items} results of the batch ${this.#id} only ${count} are left.`,
    );
  }
}

/** How many results there are of a batch: what somebody would be told who began to read now. */
export async function countResults(
  { jsm, names }: Pick<ResultReaderOptions, 'jsm' | 'names'>,
  id: BatchId,
): Promise<number> {
  const { name, num_pending: count } = await jsm.consumers.add(names.results, {
    filter_subject: names.resultSubject(id, '*'),
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    inactive_threshold: 5000 * nsPerMs,
    mem_storage: true,
    num_replicas: 1,
  });
  void jsm.consumers.delete(names.results, name).catch(() => false);
  return count;
}
