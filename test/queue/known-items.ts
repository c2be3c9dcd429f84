/* Items whose results are known beforehand, sent as clients do and told apart from what must not become of them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { BatchItem } from '../../src/batches/batch-item.ts';
import type { NatsWorkQueue } from '../../src/batches/nats/nats-work-queue.ts';
import { maxAttempts, type BatchHead, type BatchId, type ItemReport } from '../../src/batches/work-queue.ts';
import { AppError } from '../../src/core/app-error.ts';
import type { Principal } from '../../src/core/ids.ts';

export const image = 'sha256:0123456789abcdef';

export function headOf(principal: string): BatchHead {
  const settings = { header: '', isolation: 'item', parts: [] } as const;
  return { id: randomUUID() as BatchId, principal: principal as Principal, image, settings };
}

export async function* itemsOf(numbers: Iterable<number>): AsyncGenerator<BatchItem> {
  let index = 0;
  for (const number of numbers) {
    const code = number % 3 === 0 ? 'bad' : 'good';
    yield await Promise.resolve({ index, id: `i${number}`, code: `${code} ${number}` });
    index += 1;
  }
}

/** As a client does that is told when to try again. */
async function insist(ask: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.retryAfterS === undefined) throw error;
      await pause(error.retryAfterS * 1000);
    }
  }
}

/** What a run came to. */
export interface Outcome {
  readonly reports: readonly ItemReport[];
  /** How often it was told that the servers of NATS had lost what they had taken, and the rest was sent again. */
  readonly losses: number;
}

/** Sends items and waits for all results; those that are said to be lost are sent again, as the hint of that asks for. */
export async function checkAll(gateway: NatsWorkQueue, count: number): Promise<Outcome> {
  const byId = new Map<unknown, ItemReport>();
  for (let losses = 0; ; losses += 1) {
    const isComplete = await check(gateway, count, byId);
    if (isComplete) return { reports: [...byId.values()], losses };
  }
}

/**
 * Sends the items that have no result yet as a batch, and takes its results in.
 *
 * @returns whether all came; otherwise it was told that some are lost
 */
async function check(gateway: NatsWorkQueue, count: number, byId: Map<unknown, ItemReport>): Promise<boolean> {
  const { signal } = new AbortController();
  const head = headOf('ada');
  const missing = [...Array(count).keys()].filter((number) => !byId.has(`i${number}`));
  await insist(() => gateway.open(head));
  const sending = (async () => {
    for await (const submitted of gateway.submit(head, itemsOf(missing), signal))
      expect(submitted.index).toBeLessThan(missing.length);
    await insist(() => gateway.complete(head.id, missing.length));
  })();
  try {
    for await (const { report } of gateway.results(head.id, 0, signal)) {
      expect(byId.has(report['id'])).toBe(false);
      byId.set(report['id'], report);
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'batch-unknown') throw error;
    expect(error.hint).toContain('Send the items without a result again');
    return false;
  } finally {
    await sending;
  }
}

/** Each once, and with its own verdict; a check may be given up that lost as many workers as it may. */
export function expectResults(reports: readonly ItemReport[], count: number): void {
  const verdicts = new Map(reports.map(({ id, verdict, tries }) => [id, { verdict, tries }]));
  expect(verdicts.size).toBe(count);
  for (let number = 0; number < count; number += 1) {
    const { verdict, tries } = verdicts.get(`i${number}`) ?? {};
    if (verdict === 'undecided') expect(tries).toBe(maxAttempts);
    else expect(verdict).toBe(number % 3 === 0 ? 'rejected' : 'accepted');
  }
}
