/* Batches of made-up items, whose results are known. */
import { randomUUID } from 'node:crypto';
import type { BatchItem } from '../../src/batches/batch-item.ts';
import type { NatsWorkQueue } from '../../src/batches/nats/nats-work-queue.ts';
import type { BatchHead, BatchId, ItemReport } from '../../src/batches/work-queue.ts';
import type { Principal } from '../../src/core/ids.ts';

export const benchImage = 'sha256:0123456789abcdef';

/** Every third is rejected. */
export const verdictOf = (number: number): string => (number % 3 === 0 ? 'rejected' : 'accepted');

/** As long as a proof often is. */
const filler = `-- ${'x'.repeat(400)}\n`;

async function* itemsOf(numbers: readonly number[]): AsyncGenerator<BatchItem> {
  for (const [index, number] of numbers.entries()) {
    const code = `${number % 3 === 0 ? 'bad' : 'good'} ${number}\n${filler}`;
    yield await Promise.resolve({ index, id: String(number), code });
  }
}

/**
 * Sends items as a batch, and hands over its results as they come.
 *
 * @param numbers of the items; results have them as their ids
 * @throws AppError `batch-unknown` when servers have lost some of them
 */
export async function sendAndRead(
  gateway: NatsWorkQueue,
  numbers: readonly number[],
  onResult: (number: number, report: ItemReport) => void,
): Promise<void> {
  const { signal } = new AbortController();
  const settings = { header: '', isolation: 'item', parts: [] } as const;
  const id = randomUUID() as BatchId;
  const head: BatchHead = { id, principal: 'bench' as Principal, image: benchImage, settings };
  await gateway.open(head);
  const send = async (): Promise<void> => {
    let sent = 0;
    for await (const { index } of gateway.submit(head, itemsOf(numbers), signal)) sent = index + 1;
    await gateway.complete(id, sent);
  };
  const read = async (): Promise<void> => {
    for await (const { report } of gateway.results(id, 0, signal)) onResult(Number(report['id']), report);
  };
  await Promise.all([send(), read()]);
}
