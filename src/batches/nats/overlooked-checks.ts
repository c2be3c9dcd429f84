import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import type { QueueNames } from './names.ts';
import { surveyChecks, type ChecksOfConsumer } from './streams.ts';
import { requestMs } from '../../nats/times.ts';

export interface OverlookedOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly names: QueueNames;
  /** Makes a consumer anew, which then knows all that is in the stream. */
  readonly renew: (consumer: ChecksOfConsumer) => Promise<void>;
  readonly logger: Logger;
}

const intervalMs = 5000;

/**
 * Sees, until the signal fires, that consumers give out all checks that there are. A server that was killed and is back can
 * lack checks that the others have (seen with nats-server 2.9); while it leads a consumer, nobody gets them. Another server
 * is asked to lead, and where that does not help, the consumer is made anew: what it had given out, others are given again,
 * and of two results of a check the second is refused.
 */
export async function watchOverlooked(options: OverlookedOptions, signal: AbortSignal): Promise<void> {
  const { connection, jsm, names, renew, logger } = options;
  let seen = new Map<string, number>();
  while (!signal.aborted) {
    try {
      const overlooked = (await surveyChecks(jsm, names)).filter(overlooksAll);
      seen = new Map(overlooked.map(({ name }) => [name, (seen.get(name) ?? 0) + 1]));
      for (const consumer of overlooked) {
        const { name, waiting } = consumer;
        const times = seen.get(name) ?? 0;
        // Once can be the moment between two of its states.
        if (times < 2) continue;
        logger.warn('The servers of NATS do not give out checks that they have; they are made to', { name, waiting });
        if (times % 2 === 0) {
          const subject = `$JS.API.CONSUMER.LEADER.STEPDOWN.${names.checks}.${name}`;
          await connection.request(subject, undefined, { timeout: requestMs });
        } else await renew(consumer);
      }
    } catch (error) {
      logger.debug('Whether checks are overlooked cannot be seen', { error: messageOf(error) });
    }
    await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

function overlooksAll({ waiting, offered, taken }: ChecksOfConsumer): boolean {
  return waiting > 0 && offered === 0 && taken === 0;
}
