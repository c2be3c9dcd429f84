/*
 * The queue of checks on NATS JetStream. Checks are messages of a work queue, with a subject for each image and principal;
 * a lease is a message that is not acknowledged yet. A result is a message on a subject of its own, which takes one and no
 * second, so that a check is recorded once however often it was run.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  jetstream,
  jetstreamManager,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { Bytes } from '../../core/bytes.ts';
import type { Principal } from '../../core/ids.ts';
import { within } from '../../core/within.ts';
import type { Delivery } from '../../nats/delivery.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import type { BatchItem } from '../batch-item.ts';
import {
  noSuchBatch,
  tooManyWaiting,
  type BatchHead,
  type BatchId,
  type BatchState,
  type Check,
  type ItemReport,
  type Lease,
  type QueueReadings,
  type RecordedResult,
  type Submitted,
  type TakeRequest,
  type WorkQueue,
} from '../work-queue.ts';
import { BatchTable } from './batch-table.ts';
import { buryChecks } from './burial.ts';
import { encode, readCheck } from './messages.ts';
import { consumerName, imageToken, jobName, queueNames, type QueueNames } from './names.ts';
import { Puller } from './puller.ts';
import { watchOverlooked } from './overlooked-checks.ts';
import { countResults, ResultReader } from './result-reader.ts';
import {
  countChecks,
  makeConsumer,
  makeStreams,
  openBuckets,
  surveyChecks,
  type ChecksOfConsumer,
  type StreamSettings,
} from './streams.ts';
import { Submission } from './submission.ts';
import { WorkerRoll } from './worker-roll.ts';
import { requestMs, restMs } from '../../nats/times.ts';

export interface NatsWorkQueueOptions extends StreamSettings {
  readonly connection: NatsConnection;
  /** Of everything that belongs to this queue. */
  readonly prefix: string;
  /** `gateway`: makes the queue, takes batches in, gives up what is tried too often. `worker`: takes checks, no more. */
  readonly role: 'gateway' | 'worker';
  readonly logger: Logger;
}

/** How often that is done where somebody waits for the answer. */
const maxTries = 4;
/** How long servers that elect a leader may take until the queue can be opened, in milliseconds. */
const openPatienceMs = 30_000;
const retryS = 5;
/** How often it is told that there is something to do, and written down how much came in, in milliseconds. */
const newsEveryMs = 100;
const receivedEveryMs = 1000;
/** There is a result of this check already. */
const hasResult = 10_071;

interface Opened {
  readonly jsm: JetStreamManager;
  readonly table: BatchTable;
  readonly roll: WorkerRoll;
}

export class NatsWorkQueue implements WorkQueue {
  readonly leaseMs: number;
  /** Which workers there are. */
  readonly roll: WorkerRoll;
  readonly #options: NatsWorkQueueOptions;
  readonly #names: QueueNames;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #table: BatchTable;
  readonly #puller: Puller;
  readonly #closing = new AbortController();
  /** What a gateway does for all, until it is closed. */
  readonly #care: Promise<unknown>;
  #listensFor: string | undefined;

  private constructor(options: NatsWorkQueueOptions, { jsm, table, roll }: Opened) {
    const { connection, logger, role } = options;
    this.leaseMs = options.leaseMs;
    this.roll = roll;
    this.#options = options;
    this.#names = queueNames(options.prefix);
    this.#js = jetstream(connection, { timeout: requestMs });
    this.#jsm = jsm;
    this.#table = table;
    const toLease = (delivery: Delivery): Promise<Lease | undefined> => this.#toLease(delivery);
    this.#puller = new Puller({
      connection,
      jsm,
      names: this.#names,
      leaseMs: this.leaseMs,
      logger,
      toLease,
    });
    const record = (check: Check, report: ItemReport): Promise<unknown> => this.#record(check, report);
    const renew = async ({ name, subject }: ChecksOfConsumer): Promise<void> => {
      await jsm.consumers.delete(this.#names.checks, name);
      await makeConsumer(jsm, this.#names, { name, subject }, options);
    };
    const { signal } = this.#closing;
    const common = { connection, jsm, names: this.#names, logger };
    this.#care =
      role === 'gateway'
        ? Promise.all([buryChecks({ ...common, record }, signal), watchOverlooked({ ...common, renew }, signal)])
        : Promise.resolve();
  }

  /**
   * The queue takes the connection over.
   *
   * @throws AppError `queue-unreachable` when the servers do not answer, or a worker finds no queue
   */
  static async open(options: NatsWorkQueueOptions, patienceMs = openPatienceMs): Promise<NatsWorkQueue> {
    const { connection, prefix, role } = options;
    const names = queueNames(prefix);
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        const jsm = await jetstreamManager(connection, { checkAPI: false, timeout: requestMs });
        if (role === 'gateway') await makeStreams(jsm, names, options);
        else await jsm.streams.info(names.checks);
        const { batches, workers } = await openBuckets(connection, names, options, role === 'gateway');
        return new NatsWorkQueue(options, { jsm, table: new BatchTable(batches), roll: new WorkerRoll(workers) });
      } catch (error) {
        // Servers that have just started have no leader yet, and a gateway may still be making the queue.
        if (performance.now() < until && !connection.isClosed()) {
          await pause(restMs);
          continue;
        }
        const { queueNotMade, jetStreamMissing } = failures['queue-unreachable'];
        throw new AppError(
          role === 'worker' ? queueNotMade : jetStreamMissing,
          `The queue cannot be used: ${messageOf(error)}`,
          { cause: error },
        );
      }
    }
  }

  async open(head: BatchHead): Promise<void> {
    const { image, principal } = head;
    const consumer = { name: consumerName(image, principal), subject: this.#names.checkSubject(image, principal) };
    await this.#insist('make a batch', async () => {
      await makeConsumer(this.#jsm, this.#names, consumer, this.#options);
      await this.#table.add(head);
    });
  }

  async find(id: BatchId): Promise<{ readonly head: BatchHead; readonly state: BatchState } | undefined> {
    return await this.#insist('find a batch', async () => {
      const head = await this.#table.head(id);
      if (head === undefined) return undefined;
      const [received = 0, items, cancelled, decided] = await Promise.all([
        this.#table.read(id, 'received'),
        this.#table.read(id, 'items'),
        this.#table.read(id, 'cancelled'),
        countResults({ jsm: this.#jsm, names: this.#names }, id),
      ]);
      const state = { received: Math.max(received, items ?? 0), items, decided, cancelled: cancelled !== undefined };
      return { head, state };
    });
  }

  async requireRoom(principal: Principal, image: string): Promise<void> {
    const subject = this.#names.checkSubject(image, principal);
    const checks = await this.#insist('see how many items wait', () => countChecks(this.#jsm, this.#names, subject));
    const waiting = checks.get(subject) ?? 0;
    if (waiting >= this.#options.maxWaiting) throw tooManyWaiting(waiting);
  }

  async *submit(
    head: BatchHead,
    items: AsyncIterable<BatchItem>,
    signal: AbortSignal,
  ): AsyncGenerator<Submitted, void, undefined> {
    const { id, image, principal } = head;
    const { connection, logger } = this.#options;
    const maxBytes = connection.info?.max_payload ?? Infinity;
    const submission = new Submission(
      {
        js: this.#js,
        subject: this.#names.checkSubject(image, principal),
        head,
        requireWanted: async () => {
          if (!(await this.#table.isWanted(id).catch(() => true))) throw noSuchBatch(id);
        },
        requireFits: (check, bytes) => {
          if (bytes > maxBytes) throw tooLarge(check, bytes, maxBytes);
        },
        logger,
      },
      signal,
    );
    let received = 0;
    let [toldAt, writtenAt] = [-Infinity, -Infinity];
    try {
      for await (const submitted of submission.send(items)) {
        received = submitted.index + 1;
        const now = performance.now();
        if (now - toldAt > newsEveryMs) {
          toldAt = now;
          connection.publish(this.#names.news(image));
        }
        if (now - writtenAt > receivedEveryMs) {
          writtenAt = now;
          await this.#table.write(id, 'received', received).catch(() => undefined);
        }
        yield submitted;
      }
    } finally {
      if (received > 0) await this.#table.write(id, 'received', received).catch(() => undefined);
    }
  }

  async complete(id: BatchId, items: number): Promise<void> {
    await this.#insist('complete a batch', () => this.#table.write(id, 'items', items));
  }

  async cancel(id: BatchId): Promise<void> {
    await this.#insist('cancel a batch', async () => {
      await this.#table.write(id, 'cancelled', 1);
      await this.#jsm.streams.purge(this.#names.results, { filter: this.#names.resultSubject(id, '*') });
    });
  }

  async take(request: TakeRequest, signal: AbortSignal): Promise<readonly Lease[]> {
    const image = imageToken(request.image);
    this.#listen(image);
    return await this.#puller.take({ ...request, image }, signal);
  }

  results(id: BatchId, after: number, signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined> {
    const { connection, logger } = this.#options;
    const reader = { connection, jsm: this.#jsm, names: this.#names, table: this.#table, logger };
    return new ResultReader(reader, id, after).read(signal);
  }

  async read(): Promise<QueueReadings> {
    const consumers = await surveyChecks(this.#jsm, this.#names);
    const workers = await this.roll.counts();
    return {
      workers: [...workers.values()].reduce((sum, count) => sum + count, 0),
      waiting: consumers.reduce((sum, { waiting }) => sum + waiting, 0),
      taken: consumers.reduce((sum, { taken }) => sum + taken, 0),
      principals: consumers.filter(({ waiting }) => waiting > 0).length,
    };
  }

  /** @throws AppError `queue-unreachable` when batches could not be taken in now */
  async requireReachable(): Promise<void> {
    await this.#insist('say that it is there', () => this.#jsm.streams.info(this.#names.checks));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { connection } = this.#options;
    this.#closing.abort();
    await Promise.all([this.#care, this.#puller[Symbol.asyncDispose]()]);
    await this.#flush();
    await connection.close();
  }

  /** Hears of new checks of an image. */
  #listen(image: string): void {
    if (this.#listensFor === image) return;
    this.#listensFor = image;
    this.#options.connection.subscribe(this.#names.news(image), {
      callback: () => {
        this.#puller.noteNews();
      },
    });
  }

  async #toLease(delivery: Delivery): Promise<Lease | undefined> {
    let check: Check;
    try {
      check = readCheck(delivery.data);
    } catch (error) {
      this.#options.logger.warn('A message of the queue is no check', { error: messageOf(error) });
      delivery.drop();
      return undefined;
    }
    const { id } = check.head;
    // Whoever cannot be asked is believed to want it.
    const isWanted = (maxAgeMs?: number): Promise<boolean> => this.#table.isWanted(id, maxAgeMs).catch(() => true);
    if (!(await isWanted())) {
      delivery.drop();
      return undefined;
    }
    return {
      check,
      attempt: delivery.attempt,
      extend: async () => {
        delivery.working();
        return (await isWanted(0)) ? 'kept' : 'unwanted';
      },
      giveBack: async (delayMs) => {
        delivery.giveBack(delayMs);
        await this.#flush();
      },
      drop: async () => {
        delivery.drop();
        await this.#flush();
      },
      done: async (report) => {
        const recorded = await this.#record(check, report);
        // Unless the servers know that, the check comes to somebody again, whose result they refuse.
        await delivery.done(requestMs);
        return recorded;
      },
    };
  }

  /** @throws when the servers do not answer; then it may have been recorded or not */
  async #record(check: Check, report: ItemReport): Promise<'recorded' | 'was-there'> {
    const subject = this.#names.resultSubject(check.head.id, jobName(check));
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#js.publish(subject, encode(report), { expect: { lastSubjectSequence: 0 }, timeout: requestMs });
        return 'recorded';
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === hasResult) return 'was-there';
        if (tries === maxTries) throw error;
        await pause(restMs);
      }
    }
  }

  /** Until the servers have what was sent to them, if they are there. */
  async #flush(): Promise<void> {
    const { connection } = this.#options;
    await within(
      connection.flush().catch(() => undefined),
      requestMs,
    );
  }

  /** Asks until the servers can answer. @throws AppError `queue-unreachable` */
  async #insist<Value>(what: string, ask: () => Promise<Value>): Promise<Value> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof AppError) throw error;
        if (tries < maxTries && !this.#closing.signal.aborted) {
          await pause(restMs);
          continue;
        }
        throw new AppError(
          failures['queue-unreachable'].queueNotReached,
          `The queue could not ${what}: ${messageOf(error)}`,
          { cause: error, retryAfterS: retryS },
        );
      }
    }
  }
}

function tooLarge({ item }: Check, bytes: Bytes, maxBytes: Bytes): AppError {
  return new AppError(
    failures.usage.itemTooLarge,
    `Item ${item.id} has ${bytes} bytes as a message; the queue takes ${maxBytes}.`,
  );
}
