/*
 * The queue on JetStream while workers and servers are killed: three servers, workers that are processes of their own, and
 * items whose results are known beforehand. Every item ends with the one result that is its own.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchItem } from '../../src/batches/batch-item.ts';
import { maxAttempts } from '../../src/batches/work-queue.ts';
import { hasNatsServer, startNats, type NatsServers } from '../support/nats-servers.ts';
import { shared } from '../support/shared.ts';
import { openTestQueue } from '../support/test-queue.ts';
import { fakeWorkers, type FakeWorkers } from './fake-workers.ts';
import { checkAll, expectResults, headOf, image, itemsOf } from './known-items.ts';

const servers = 3;
const leaseMs = 2000;
/** Random schedules of failures; QUEUE_RUNS asks for more. */
const numRuns = Number(process.env['QUEUE_RUNS'] ?? 2);

/** What can happen, and after how long. */
interface Failure {
  readonly afterMs: number;
  readonly what: 'worker' | 'leader' | 'server';
  /** Which server. */
  readonly which: number;
}

async function carryOut(
  { afterMs, what, which }: Failure,
  nats: NatsServers,
  workers: FakeWorkers,
  stream: string,
): Promise<void> {
  await pause(afterMs);
  if (what === 'worker') {
    await workers.killOldest();
    await workers.add();
    return;
  }
  const leader = await nats.leaderOf(stream);
  const index = what === 'leader' ? leader : which;
  await nats.kill(index);
  // Two of three go on.
  await nats.leaderOf(stream);
  await nats.start(index);
  await pause(500);
}

describe.skipIf(!hasNatsServer)('a queue on three servers (needs nats-server)', () => {
  const nats = shared(() => startNats(servers), hasNatsServer);

  it('has one result of each item, whichever workers and servers are killed meanwhile', async () => {
    const failure = fc.record<Failure>({
      afterMs: fc.integer({ min: 0, max: 1000 }),
      what: fc.constantFrom('worker', 'worker', 'leader', 'server'),
      which: fc.nat(servers - 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(failure, { minLength: 2, maxLength: 5 }), async (failures) => {
        const settings = { address: nats().address, prefix: randomUUID(), replicas: servers, leaseMs };
        await using gateway = await openTestQueue({ ...settings, role: 'gateway', maxWaiting: 300 });
        await using workers = await fakeWorkers({ ...settings, image, places: 8, workMs: 10 });
        await Promise.all([workers.add(), workers.add()]);
        const count = 600;
        const killed: Failure['what'][] = [];
        const failing = (async () => {
          // One server a run: a second that is killed before the first has caught up may take what only they had.
          for (const one of failures) {
            const what: Failure['what'] = killed.some((other) => other !== 'worker') ? 'worker' : one.what;
            killed.push(what);
            await carryOut({ ...one, what }, nats(), workers, `${settings.prefix}_CHECKS`);
          }
        })();
        const { reports, losses } = await checkAll(gateway, count);
        await failing;
        expectResults(reports, count);
        // A server that is killed can take with it what all had said that they had (nats-server 2.9); a worker cannot.
        if (killed.every((what) => what === 'worker')) expect(losses).toBe(0);
      }),
      { numRuns, endOnFailure: true },
    );
  });

  it('gives up a check that kills every worker, and its neighbours have their results', async () => {
    const settings = { address: nats().address, prefix: randomUUID(), replicas: servers, leaseMs };
    await using gateway = await openTestQueue({ ...settings, role: 'gateway' });
    await using workers = await fakeWorkers({ ...settings, image, places: 1, workMs: 1 });
    const { signal } = new AbortController();
    const head = headOf('ada');
    const codes = ['good', 'kill', 'lost', 'bad'];
    await gateway.open(head);
    const items = codes.map((code, index) => ({ index, id: code, code }));
    for await (const { status } of gateway.submit(head, asStream(items), signal)) expect(status).toBe('accepted');
    await gateway.complete(head.id, codes.length);
    const isDone = new AbortController();
    const replacing = (async () => {
      while (!isDone.signal.aborted) {
        if (workers.count === 0) await workers.add();
        await pause(50);
      }
    })();
    const ends = new Map<unknown, unknown>();
    for await (const { report } of gateway.results(head.id, 0, signal)) {
      ends.set(report['id'], [report['verdict'], report['tries']]);
    }
    isDone.abort();
    await replacing;
    expect(ends.get('kill')).toEqual(['undecided', maxAttempts]);
    expect(ends.get('lost')).toEqual(['undecided', maxAttempts]);
    expect(ends.get('good')).toEqual(['accepted', 1]);
    expect(ends.get('bad')).toEqual(['rejected', 1]);
  });
});

describe.skipIf(!hasNatsServer)('callers of one queue (needs nats-server)', () => {
  const nats = shared(() => startNats(1), hasNatsServer);

  it('take turns: 60 items and a single one do not wait for the 3,000 that came before them', async () => {
    const settings = { address: nats().address, prefix: randomUUID(), replicas: 1, leaseMs: 30_000 };
    await using gateway = await openTestQueue({ ...settings, role: 'gateway' });
    await using worker = await openTestQueue({ ...settings, role: 'worker' });
    const { signal } = new AbortController();
    for (const [name, count] of [
      ['ada', 3000],
      ['bob', 60],
      ['eve', 1],
    ] as const) {
      const head = headOf(name);
      await gateway.open(head);
      for await (const { status } of gateway.submit(head, itemsOf(Array(count).keys()), signal))
        expect(status).toBe('accepted');
      await gateway.complete(head.id, count);
    }
    const order: string[] = [];
    while (order.length < 150) {
      for (const lease of await worker.take({ image, free: 4, maxPerPrincipal: 100 }, signal)) {
        order.push(lease.check.head.principal);
        await lease.done({ index: lease.check.item.index });
      }
    }
    expect(order.indexOf('eve')).toBeLessThan(8);
    expect(order.lastIndexOf('bob')).toBeLessThan(130);
    expect(order.filter((name) => name === 'bob')).toHaveLength(60);
  });
});

async function* asStream(items: readonly BatchItem[]): AsyncGenerator<BatchItem> {
  for (const item of items) yield await Promise.resolve(item);
}
