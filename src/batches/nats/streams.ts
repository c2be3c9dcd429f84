import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { mostAttempts } from '../work-queue.ts';
import type { QueueNames } from './names.ts';

/** How the streams of a queue are made. */
export interface StreamSettings {
  /** Servers that keep each message. */
  readonly replicas: number;
  /** Checks of one principal and image that may wait. */
  readonly maxWaiting: number;
  /** How long results are kept, in milliseconds. */
  readonly keepMs: number;
  readonly leaseMs: number;
}

const nsPerMs = 1_000_000;
const checkAgeMs = 86_400_000;
/** Within which the servers know a check again that was sent twice; later, the second result is refused. */
const duplicateWindowMs = 120_000;
const maxMessageBytes = 8 * 1024 ** 2;
export const workerAgeMs = 60_000;

/** Makes what is missing. Only what nats-server has had since 2.9 is used. */
export async function makeStreams(jsm: JetStreamManager, names: QueueNames, settings: StreamSettings): Promise<void> {
  const { replicas, maxWaiting, keepMs, leaseMs } = settings;
  const common = { storage: StorageType.File, num_replicas: replicas };
  await jsm.streams.add({
    ...common,
    name: names.checks,
    subjects: [names.allChecks],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: maxWaiting,
    max_msg_size: maxMessageBytes,
    max_age: checkAgeMs * nsPerMs,
    duplicate_window: duplicateWindowMs * nsPerMs,
  });
  await jsm.streams.add({
    ...common,
    name: names.results,
    subjects: [names.allResults],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
    max_age: keepMs * nsPerMs,
    allow_direct: true,
  });
  await jsm.streams.add({
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

/** The consumer that all workers share for checks of one subject; making one that is there changes nothing. */
export async function makeConsumer(
  jsm: JetStreamManager,
  names: QueueNames,
  consumer: { readonly name: string; readonly subject: string },
  { leaseMs, maxTaken }: { readonly leaseMs: number; readonly maxTaken: number },
): Promise<void> {
  await jsm.consumers.add(names.checks, {
    durable_name: consumer.name,
    filter_subject: consumer.subject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: leaseMs * nsPerMs,
    max_deliver: mostAttempts,
    max_ack_pending: maxTaken,
  });
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
  return {
    batches: await kvm.create(names.batches, { replicas, history: 1, ttl: keepMs + checkAgeMs }),
    workers: await kvm.create(names.workers, { replicas, history: 1, ttl: workerAgeMs }),
  };
}
