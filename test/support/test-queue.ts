import { connectNats } from '../../src/nats/connect-nats.ts';
import { NatsWorkQueue } from '../../src/batches/nats/nats-work-queue.ts';
import { silentLogger, type Logger } from '../../src/telemetry/telemetry.ts';

/** A queue on JetStream, as a test wants it. */
export interface TestQueueSettings {
  readonly address: string;
  /** Of all that belongs to it. */
  readonly prefix: string;
  readonly role: 'gateway' | 'worker';
  readonly replicas: number;
  readonly leaseMs: number;
  readonly maxWaiting?: number;
  readonly maxTaken?: number;
  readonly logger?: Logger;
}

/** Opens one end of a queue. Disposing ends its connection. */
export async function openTestQueue(settings: TestQueueSettings): Promise<NatsWorkQueue> {
  const { address, role, logger = silentLogger } = settings;
  const connection = await connectNats({ servers: address }, `test ${role}`, logger);
  const defaults = { maxWaiting: 200_000, maxTaken: 1000, maxResultBytes: -1, keepMs: 3_600_000 };
  return await NatsWorkQueue.open({ ...defaults, ...settings, connection, logger });
}
