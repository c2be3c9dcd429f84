/*
 * The queue of checks on NATS JetStream. Checks are messages of a work queue, with a subject for each image and principal;
 * a lease is a message that is not acknowledged yet. A result is a message on a subject of its own, which takes one and no
 * second, so that a check is recorded once however often it was run.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  JetStreamApiError,
  type ConsumerInfo,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { abortReason } from '../../core/abortable.ts';
import { AppError, messageOf } from '../../core/app-error.ts';
import type { Principal } from '../../core/ids.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import type { BatchItem } from '../batch-item.ts';
import { notChecked, workersLost } from '../not-checked.ts';
import {
  mostAttempts,
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
import { encode, readAdvisory, readCheck, readHead, readReport } from './messages.ts';
import { consumerName, imageToken, jobName, queueNames, type QueueNames } from './names.ts';
import { Puller } from './puller.ts';
import { makeConsumer, makeStreams, openBuckets, type StreamSettings } from './streams.ts';

export interface NatsWorkQueueOptions extends StreamSettings {
  readonly connection: NatsConnection;
  /** Of everything that belongs to this queue. */
  readonly prefix: string;
  /** Checks of one principal and image that workers may have at a time, all workers together. */
  readonly maxTaken: number;
  /** `gateway`: makes the queue, takes batches in, gives up what is tried too often. `worker`: takes checks, no more. */
  readonly role: 'gateway' | 'worker';
  readonly logger: Logger;
}

/** Checks on their way to the servers at a time. */
const mostUnacknowledged = 256;
const requestMs = 5000;
/** Before a request is made again that the servers could not answer, in milliseconds. */
const restMs = 250;
const resultsAtATime = 128;
const busyRetryS = 5;
const nsPerMs = 1_000_000;
const errorCodes = { subjectIsFull: 10_077, isThere: 10_071 } as const;

export class NatsWorkQueue implements WorkQueue {
  readonly leaseMs: number;
  readonly #options: NatsWorkQueueOptions;
  readonly #names: QueueNames;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #batches: KV;
  readonly #workers: KV;
  readonly #puller: Puller;
  readonly #madeConsumers = new Set<string>();
  /** Batches that were asked about lately: whether they are cancelled. */
  readonly #cancelled = new Map<BatchId, { readonly cancelled: boolean; readonly until: number }>();
  readonly #closing = new AbortController();
  readonly #burying: Promise<void>;

  private constructor(
    options: NatsWorkQueueOptions,
    jsm: JetStreamManager,
    buckets: { readonly batches: KV; readonly workers: KV },
  ) {
    this.leaseMs = options.leaseMs;
    this.#options = options;
    this.#names = queueNames(options.prefix);
    this.#js = jetstream(options.connection, { timeout: requestMs });
    this.#jsm = jsm;
    this.#batches = buckets.batches;
    this.#workers = buckets.workers;
    this.#puller = new Puller(this.#js, jsm, this.#names.checks, options.logger);
    this.#burying = options.role === 'gateway' ? this.#bury() : Promise.resolve();
  }

  /** @throws AppError `queue-unreachable` when the servers do not answer, or a worker finds no queue */
  static async open(options: NatsWorkQueueOptions): Promise<NatsWorkQueue> {
    const { connection, prefix, role } = options;
    const names = queueNames(prefix);
    try {
      const jsm = await jetstreamManager(connection, { checkAPI: false, timeout: requestMs });
      if (role === 'gateway') await makeStreams(jsm, names, options);
      else await jsm.streams.info(names.checks);
      return new NatsWorkQueue(options, jsm, await openBuckets(connection, names, options, role === 'gateway'));
    } catch (error) {
      throw new AppError('queue-unreachable', `The queue cannot be used: ${messageOf(error)}`, {
        cause: error,
        hint:
          role === 'worker'
            ? 'It is made by the first server with --queue; start one, and see that the servers of NATS have JetStream.'
            : 'The servers of NATS need JetStream (version 2.9 or newer), and as many of them as batches.replicas.',
      });
    }
  }

  async open(head: BatchHead): Promise<void> {
    const { image, principal } = head;
    const consumer = { name: consumerName(image, principal), subject: this.#names.checkSubject(image, principal) };
    if (!this.#madeConsumers.has(consumer.name)) {
      await makeConsumer(this.#jsm, this.#names, consumer, this.#options);
      this.#madeConsumers.add(consumer.name);
    }
    await this.#batches.put(`${head.id}.head`, encode(head));
  }

  async find(id: BatchId): Promise<{ readonly head: BatchHead; readonly state: BatchState } | undefined> {
    if (!/^[\w-]{1,64}$/.test(id)) return undefined;
    const [head, received, items, cancelled] = await Promise.all([
      this.#batches.get(`${id}.head`),
      this.#number(id, 'received'),
      this.#number(id, 'items'),
      this.#number(id, 'cancelled'),
    ]);
    if (head === null) return undefined;
    const decided = await this.#countResults(id);
    return {
      head: readHead(head.value),
      state: { received: Math.max(received ?? 0, items ?? 0), items, decided, cancelled: cancelled !== undefined },
    };
  }

  async requireRoom(principal: Principal, image: string): Promise<void> {
    const subject = this.#names.checkSubject(image, principal);
    const { state } = await this.#jsm.streams.info(this.#names.checks, { subjects_filter: subject });
    const waiting = state.subjects?.[subject] ?? 0;
    if (waiting < this.#options.maxWaiting) return;
    throw new AppError('busy', `${waiting} items of yours are waiting already, which is the limit (batches.max_waiting).`, {
      hint: `Try again in ${busyRetryS} seconds.`,
      retryAfterS: busyRetryS,
    });
  }

  async *submit(
    head: BatchHead,
    items: AsyncIterable<BatchItem>,
    signal: AbortSignal,
  ): AsyncGenerator<Submitted, void, undefined> {
    const sent: Promise<Submitted>[] = [];
    let received = 0;
    let toldAt = 0;
    const next = async (): Promise<Submitted | undefined> => {
      const submitted = await sent.shift();
      if (submitted === undefined) return undefined;
      received = submitted.index + 1;
      if (performance.now() - toldAt > 1000) {
        toldAt = performance.now();
        await this.#setNumber(head.id, 'received', received);
      }
      return submitted;
    };
    try {
      for await (const item of items) {
        const publishing = this.#publish({ head, item }, signal);
        publishing.catch(() => undefined);
        sent.push(publishing);
        if (sent.length < mostUnacknowledged) continue;
        const submitted = await next();
        if (submitted !== undefined) yield submitted;
      }
      for (let submitted = await next(); submitted !== undefined; submitted = await next()) yield submitted;
    } finally {
      if (received > 0) await this.#setNumber(head.id, 'received', received).catch(() => undefined);
    }
  }

  async complete(id: BatchId, items: number): Promise<void> {
    await this.#setNumber(id, 'items', items);
  }

  async cancel(id: BatchId): Promise<void> {
    await this.#setNumber(id, 'cancelled', 1);
    await this.#jsm.streams.purge(this.#names.results, { filter: this.#names.resultSubject(id, '*') });
  }

  take(request: TakeRequest, signal: AbortSignal): Promise<readonly Lease[]> {
    const image = imageToken(request.image);
    return this.#puller.take({ ...request, image }, signal, (message) => this.#toLease(message));
  }

  async *results(id: BatchId, after: number, signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined> {
    let last = after;
    while (!signal.aborted) {
      try {
        for await (const result of this.#resultsBehind(id, last, signal)) {
          last = result.seq;
          yield result;
        }
        if (await this.#isComplete(id)) return;
      } catch (error) {
        if (error instanceof AppError) throw error;
        this.#options.logger.debug('Results could not be read; trying again', { error: messageOf(error) });
        await pause(restMs, undefined, { signal }).catch(() => undefined);
      }
    }
    throw abortReason(signal);
  }

  async read(): Promise<QueueReadings> {
    const consumers: ConsumerInfo[] = [];
    for await (const consumer of this.#jsm.consumers.list(this.#names.checks)) consumers.push(consumer);
    return {
      waiting: consumers.reduce((sum, { num_pending: pending }) => sum + pending, 0),
      taken: consumers.reduce((sum, { num_ack_pending: taken }) => sum + taken, 0),
      principals: consumers.filter(({ num_pending: pending }) => pending > 0).length,
    };
  }

  /** Says that a worker is there which has an image; to be said again at least every half minute. */
  async announce(image: string, worker: string): Promise<void> {
    await this.#workers.put(`${imageToken(image)}.${worker}`, encode({ image }));
  }

  /** The image that most workers have; `undefined` while there are none. */
  async commonImage(): Promise<string | undefined> {
    const counts = new Map<string, number>();
    for await (const key of await this.#workers.keys()) {
      const [image = ''] = key.split('.');
      counts.set(image, (counts.get(image) ?? 0) + 1);
    }
    const [most] = [...counts].sort(([, one], [, other]) => other - one);
    return most?.[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#burying;
    await this.#puller[Symbol.asyncDispose]();
    await this.#options.connection.close();
  }

  /** Sends a check until the servers have it. */
  async #publish(check: Check, signal: AbortSignal): Promise<Submitted> {
    const { head, item } = check;
    const subject = this.#names.checkSubject(head.image, head.principal);
    const message = encode(check);
    for (;;) {
      if (signal.aborted) throw abortReason(signal);
      try {
        const { duplicate } = await this.#js.publish(subject, message, { msgID: jobName(check), timeout: requestMs });
        return { index: item.index, status: duplicate ? 'duplicate' : 'accepted' };
      } catch (error) {
        const isFull = isApiError(error, errorCodes.subjectIsFull);
        if (!isFull) this.#options.logger.debug('A check is sent again', { error: messageOf(error) });
        if (isFull && (await this.#isCancelled(head.id))) throw gone(head.id);
        await pause(restMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #toLease(message: JsMsg): Lease | undefined {
    let check: Check;
    try {
      check = readCheck(message.data);
    } catch (error) {
      this.#options.logger.warn('A message of the queue is no check', { error: messageOf(error) });
      message.term();
      return undefined;
    }
    return {
      check,
      attempt: message.info.deliveryCount,
      extend: async () => {
        message.working();
        return (await this.#isCancelled(check.head.id)) ? 'unwanted' : 'kept';
      },
      giveBack: async (delayMs) => {
        message.nak(delayMs);
        await this.#options.connection.flush();
      },
      drop: async () => {
        message.term();
        await this.#options.connection.flush();
      },
      done: async (report) => {
        const recorded = await this.#record(check, report);
        // Unless the servers know that, the check comes to somebody again, whose result they refuse.
        await message.ackAck({ timeout: requestMs }).catch(() => false);
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
        if (isApiError(error, errorCodes.isThere) || isApiError(error, errorCodes.subjectIsFull)) return 'was-there';
        if (tries === 3) throw error;
        await pause(restMs);
      }
    }
  }

  async *#resultsBehind(id: BatchId, after: number, signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined> {
    const { name } = await this.#jsm.consumers.add(this.#names.results, {
      filter_subject: this.#names.resultSubject(id, '*'),
      ack_policy: AckPolicy.None,
      ...(after > 0
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }
        : { deliver_policy: DeliverPolicy.All }),
      inactive_threshold: 60_000 * nsPerMs,
      mem_storage: true,
      num_replicas: 1,
    });
    const consumer = await this.#js.consumers.get(this.#names.results, name);
    let delivered = 0;
    try {
      while (!signal.aborted) {
        let pending = 0;
        let count = 0;
        for await (const message of await consumer.fetch({ max_messages: resultsAtATime, expires: 1000 })) {
          delivered += 1;
          // One was lost on the way: begin again behind the last that came.
          if (message.info.deliverySequence !== delivered) return;
          count += 1;
          pending = message.info.pending;
          yield { seq: message.seq, report: readReport(message.data) };
          if (pending === 0) break;
        }
        if (pending === 0 && ((await this.#isComplete(id)) || count === 0)) {
          if (await this.#isCancelled(id)) throw gone(id);
          if (await this.#isComplete(id)) return;
        }
      }
    } finally {
      await this.#jsm.consumers.delete(this.#names.results, name).catch(() => false);
    }
  }

  async #isComplete(id: BatchId): Promise<boolean> {
    const items = await this.#number(id, 'items');
    return items !== undefined && (await this.#countResults(id)) >= items;
  }

  /** How many results there are of a batch: what somebody would be told who began to read now. */
  async #countResults(id: BatchId): Promise<number> {
    const info = await this.#jsm.consumers.add(this.#names.results, {
      filter_subject: this.#names.resultSubject(id, '*'),
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.All,
      inactive_threshold: 5000 * nsPerMs,
      mem_storage: true,
      num_replicas: 1,
    });
    void this.#jsm.consumers.delete(this.#names.results, info.name).catch(() => false);
    return info.num_pending;
  }

  async #isCancelled(id: BatchId): Promise<boolean> {
    const now = performance.now();
    const known = this.#cancelled.get(id);
    if (known !== undefined && (known.cancelled || known.until > now)) return known.cancelled;
    const cancelled = (await this.#number(id, 'cancelled')) !== undefined;
    if (this.#cancelled.size > 1000) this.#cancelled.clear();
    this.#cancelled.set(id, { cancelled, until: now + 2000 });
    return cancelled;
  }

  async #number(id: BatchId, what: string): Promise<number | undefined> {
    const entry = await this.#batches.get(`${id}.${what}`);
    return entry === null ? undefined : Number(entry.string());
  }

  async #setNumber(id: BatchId, what: string, value: number): Promise<void> {
    await this.#batches.put(`${id}.${what}`, String(value));
  }

  /** Gives checks up that were begun too often by workers that were then lost. */
  async #bury(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const dead = await this.#js.consumers.get(this.#names.dead, 'gateways');
        const messages = await dead.fetch({ max_messages: 16, expires: 1000 });
        signal.addEventListener('abort', () => {
          messages.stop();
        });
        for await (const message of messages) {
          await this.#buryOne(readAdvisory(message.data));
          message.ack();
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.debug('Checks that are to be given up cannot be read', { error: messageOf(error) });
        await pause(1000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #buryOne(seq: number): Promise<void> {
    const stored = await this.#jsm.streams.getMessage(this.#names.checks, { seq }).catch((error: unknown) => {
      // It has ended after all.
      if (error instanceof JetStreamApiError) return null;
      throw error;
    });
    if (stored === null) return;
    const check = readCheck(stored.data);
    await this.#record(check, notChecked(check, mostAttempts, workersLost));
    await this.#jsm.streams.deleteMessage(this.#names.checks, seq);
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function gone(id: BatchId): AppError {
  return new AppError('batch-unknown', `The batch ${id} was cancelled.`);
}
