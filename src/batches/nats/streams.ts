import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { maxAttempts } from '../work-queue.ts';
import type { QueueNames } from './names.ts';
import { nsPerMs } from '../../nats/times.ts';

/** How the streams of a queue are made. */
export interface StreamSettings {
  /** Servers that keep each message. */
  readonly replicas: number;
  /** Checks of one principal and image that may wait. */
  readonly maxWaiting: number;
  /** Checks of one principal and image that workers may have at a time, all workers together. */
  readonly maxTaken: number;
  /** How much room results may take, in bytes; -1 for any. */
  readonly maxResultBytes: number;
  /** How long results are kept, in milliseconds. */
  readonly keepMs: number;
  readonly leaseMs: number;
}

/** A check that waits longer is lost; more than any batch takes. */
const checkAgeMs = 30 * 86_400_000;
/** Within which the servers know a check again that was sent twice; later, the second result is refused. */
const duplicateWindowMs = 120_000;
/** Who says for so long nothing of itself does no longer work, in milliseconds. */
const workerAgeMs = 60_000;
/** There is a stream of this name with other settings. */
const isThere = 10_058;

/** Makes what is missing, and changes what is otherwise. Only what nats-server has had since 2.9 is used. */
export async function makeStreams(jsm: JetStreamManager, names: QueueNames, settings: StreamSettings): Promise<void> {
  const { replicas, maxWaiting, maxResultBytes, keepMs, leaseMs } = settings;
  const common = { storage: StorageType.File, num_replicas: replicas };
  await makeStream(jsm, {
    ...common,
    name: names.checks,
    subjects: [names.allChecks],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: maxWaiting,
    max_age: checkAgeMs * nsPerMs,
    duplicate_window: duplicateWindowMs * nsPerMs,
  });
  await makeStream(jsm, {
    ...common,
    name: names.results,
    subjects: [names.allResults],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
    max_bytes: maxResultBytes,
    max_age: keepMs * nsPerMs,
    duplicate_window: Math.min(duplicateWindowMs, keepMs) * nsPerMs,
  });
  await makeStream(jsm, {
    ...common,
    name: names.dead,
    subjects: [names.deadSubject],
    retention: RetentionPolicy.Workqueue,
    max_age: checkAgeMs * nsPerMs,
  });
  await jsm.consumers.add(names.dead, {
    durable_name: 'gateways',
    ack_policy: AckPolicy.Explicit,
    ack_wait: leaseMs * nsPerMs,
  });
}

async function makeStream(jsm: JetStreamManager, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  try {
    await jsm.streams.add(config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== isThere) throw error;
    await jsm.streams.update(config.name, config);
  }
}

/** The consumer that all workers share for checks of one subject. */
export async function makeConsumer(
  jsm: JetStreamManager,
  names: QueueNames,
  consumer: { readonly name: string; readonly subject: string },
  { leaseMs, maxTaken }: StreamSettings,
): Promise<void> {
  await jsm.consumers.add(names.checks, {
    durable_name: consumer.name,
    filter_subject: consumer.subject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: leaseMs * nsPerMs,
    max_deliver: maxAttempts,
    max_ack_pending: maxTaken,
  });
}

/**
 * Checks that are not done, waiting or taken, by their subjects. A stream of work has a message until it is done, and so knows
 * it; what a consumer says is left to be delivered can be too little when it has another leader.
 */
export async function countChecks(
  jsm: JetStreamManager,
  names: QueueNames,
  subject = names.allChecks,
): Promise<ReadonlyMap<string, number>> {
  const { state } = await jsm.streams.info(names.checks, { subjects_filter: subject });
  return new Map(Object.entries(state.subjects ?? {}));
}

/** The checks of a consumer. */
export interface ChecksOfConsumer {
  readonly name: string;
  readonly subject: string;
  /** That nobody has been given. */
  readonly waiting: number;
  /** Those of them that the consumer knows of. */
  readonly offered: number;
  /** That somebody has, and is not done with. */
  readonly taken: number;
}

/** What all consumers have. */
export async function surveyChecks(jsm: JetStreamManager, names: QueueNames): Promise<ChecksOfConsumer[]> {
  const left = await countChecks(jsm, names);
  const found: ChecksOfConsumer[] = [];
  for await (const { name, config, num_pending: offered, num_ack_pending: taken } of jsm.consumers.list(names.checks)) {
    const subject = config.filter_subject ?? '';
    const waiting = Math.max(0, (left.get(subject) ?? 0) - taken);
    found.push({ name, subject, waiting, offered, taken });
  }
  return found;
}

/** What is known of batches, and who works. */
export async function openBuckets(
  connection: NatsConnection,
  names: QueueNames,
  { replicas, keepMs }: StreamSettings,
  mayMake: boolean,
): Promise<{ readonly batches: KV; readonly workers: KV }> {
  const kvm = new Kvm(connection);
  if (!mayMake) return { batches: await kvm.open(names.batches), workers: await kvm.open(names.workers) };
  // Read from the leader: a server that lags behind would not know a batch that was just made.
  const common = { replicas, history: 1, allow_direct: false };
  return {
    batches: await kvm.create(names.batches, { ...common, ttl: keepMs + checkAgeMs }),
    workers: await kvm.create(names.workers, { ...common, ttl: workerAgeMs }),
  };
}
