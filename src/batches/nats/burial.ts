import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { messageOf } from '../../core/app-error.ts';
import { pull } from '../../nats/delivery.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { notChecked, workersLost } from '../not-checked.ts';
import { maxAttempts, type Check, type ItemReport } from '../work-queue.ts';
import { readAdvisory, readCheck } from './messages.ts';
import type { QueueNames } from './names.ts';
import { requestMs } from '../../nats/times.ts';

export interface BurialOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly names: QueueNames;
  readonly record: (check: Check, report: ItemReport) => Promise<unknown>;
  readonly logger: Logger;
}

const waitMs = 1000;
const atATime = 16;

/** Gives checks up that were begun too often by workers that were then lost, until the signal fires. */
export async function buryChecks(options: BurialOptions, signal: AbortSignal): Promise<void> {
  const { connection, names, logger } = options;
  const request = { stream: names.dead, consumer: 'gateways', count: atATime, waitMs };
  while (!signal.aborted) {
    try {
      for await (const delivery of pull(connection, request)) {
        try {
          await bury(readAdvisory(delivery.data), options);
          await delivery.done(requestMs);
        } catch (error) {
          logger.warn('A check that was tried too often could not be given up yet', { error: messageOf(error) });
          delivery.giveBack(waitMs);
        }
      }
    } catch (error) {
      logger.debug('Checks that are to be given up cannot be read', { error: messageOf(error) });
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function bury(seq: number, { jsm, names, record }: BurialOptions): Promise<void> {
  const stored = await jsm.streams.getMessage(names.checks, { seq }).catch((error: unknown) => {
    // It has ended after all.
    if (error instanceof JetStreamApiError) return null;
    throw error;
  });
  if (stored === null) return;
  const check = readCheck(stored.data);
  await record(check, notChecked(check, maxAttempts, workersLost));
  await jsm.streams.deleteMessage(names.checks, seq);
}
