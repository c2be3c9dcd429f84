import { randomUUID } from 'node:crypto';
import { fakeWorkers } from '../../test/queue/fake-workers.ts';
import { openTestQueue } from '../../test/support/test-queue.ts';
import { summarise } from '../summary.ts';
import { benchImage, sendAndRead } from './queue-load.ts';

const throughItems = 3000;
const aloneRounds = 15;

/** What the queue takes for an item whose check takes nothing: of many, and of one alone, in milliseconds. */
export async function measureOverhead(
  address: string,
  replicas: number,
): Promise<{ readonly throughMs: number; readonly aloneMs: number }> {
  const settings = { address, prefix: randomUUID(), replicas, leaseMs: 30_000 };
  await using gateway = await openTestQueue({ ...settings, role: 'gateway' });
  await using workers = await fakeWorkers({ ...settings, image: benchImage, places: 16, workMs: 0 });
  await workers.add();
  const upTo = (count: number): number[] => [...Array(count).keys()];
  await sendAndRead(gateway, upTo(200), () => undefined);
  const startedAt = performance.now();
  await sendAndRead(gateway, upTo(throughItems), () => undefined);
  const throughMs = (performance.now() - startedAt) / throughItems;
  const alone: number[] = [];
  for (let round = 0; round < aloneRounds; round += 1) {
    const begunAt = performance.now();
    let told = begunAt;
    await sendAndRead(gateway, upTo(1), () => (told = performance.now()));
    alone.push(told - begunAt);
  }
  return { throughMs, aloneMs: summarise(alone)?.median ?? NaN };
}
