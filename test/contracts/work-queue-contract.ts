/* What holds for every queue of checks, whatever stands behind it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/core/ids.ts';
import type { BatchItem } from '../../src/batches/batch-item.ts';
import {
  maxAttempts,
  type BatchHead,
  type BatchId,
  type Lease,
  type RecordedResult,
  type WorkQueue,
} from '../../src/batches/work-queue.ts';

const image = 'sha256:0123456789abcdef';
const limits: QueueLimits = { maxWaiting: 1000, leaseMs: 30_000 };

/** What tests want of a queue. */
export interface QueueLimits {
  /** Items of one principal that may wait. */
  readonly maxWaiting: number;
  readonly leaseMs: number;
}

/** A queue as it is seen at its two ends, which may be the same. Disposing ends both. */
export interface QueueEnds extends AsyncDisposable {
  readonly gateway: WorkQueue;
  readonly worker: WorkQueue;
}
const never = new AbortController().signal;
function headOf(principal: string, ofImage = image): BatchHead {
  const settings = { header: '', isolation: 'item', parts: [] } as const;
  return { id: randomUUID() as BatchId, principal: principal as Principal, image: ofImage, settings };
}

const itemsOf = (count: number, from = 0): BatchItem[] =>
  Array.from({ length: count }, (_, n) => ({ index: from + n, id: `i${from + n}`, code: `#eval ${from + n}` }));

async function* asStream(items: readonly BatchItem[]): AsyncGenerator<BatchItem> {
  for (const item of items) yield await Promise.resolve(item);
}

/** Sends a batch, all of it unless it is said otherwise. */
async function send(queue: WorkQueue, head: BatchHead, items: readonly BatchItem[], isAll = true): Promise<string[]> {
  const statuses: string[] = [];
  if ((await queue.find(head.id)) === undefined) await queue.open(head);
  for await (const { status } of queue.submit(head, asStream(items), never)) statuses.push(status);
  if (isAll) await queue.complete(head.id, items.length);
  return statuses;
}

/** Takes so many checks, however many calls that takes. */
async function take(queue: WorkQueue, count: number, maxPerPrincipal = 1000, ofImage = image): Promise<Lease[]> {
  const leases: Lease[] = [];
  while (leases.length < count) {
    leases.push(...(await queue.take({ image: ofImage, free: count - leases.length, maxPerPrincipal }, never)));
  }
  return leases;
}

async function read(queue: WorkQueue, id: BatchId, after = 0, most = Infinity): Promise<RecordedResult[]> {
  const results: RecordedResult[] = [];
  for await (const result of queue.results(id, after, never)) {
    results.push(result);
    if (results.length === most) break;
  }
  return results;
}

const done = (lease: Lease): Promise<string> => lease.done({ index: lease.check.item.index, verdict: 'accepted' });
const indexes = (results: readonly RecordedResult[]): unknown[] =>
  results.map(({ report }) => report['index']).toSorted();

/** @param open makes a queue that nobody has used */
export function describeWorkQueue(name: string, open: (limits: QueueLimits) => Promise<QueueEnds>): void {
  /** Does something with a queue. */
  const withQueue = async (work: (queue: QueueEnds) => Promise<void>, settings = limits): Promise<void> => {
    await using queue = await open(settings);
    await work(queue);
  };

  describe(name, () => {
    it('brings every item to a worker once, with all that it needs, and its result to the reader', async () => {
      await withQueue(async ({ gateway, worker }) => {
        const head = {
          ...headOf('token:ada.b*c'),
          settings: { ...headOf('').settings, header: 'import Lean', timeoutMs: 7, environment: 'old' },
        };
        expect(await send(gateway, head, itemsOf(20))).toEqual(Array.from({ length: 20 }, () => 'accepted'));
        const reading = read(gateway, head.id);
        const leases = await take(worker, 20);
        expect(leases.map(({ check }) => check.item.index).toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
        expect(leases[3]?.check.head).toEqual(head);
        expect(leases[3]?.check.item.code).toBe(`#eval ${leases[3]?.check.item.index ?? ''}`);
        expect(leases.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, () => 1));
        expect(await Promise.all(leases.map(done))).toEqual(Array.from({ length: 20 }, () => 'recorded'));
        const results = await reading;
        expect(indexes(results)).toEqual([...Array(20).keys()].toSorted());
        expect((await gateway.find(head.id))?.state).toEqual({
          received: 20,
          items: 20,
          decided: 20,
          cancelled: false,
        });

        const seventh = results[6]?.seq ?? 0;
        expect(await read(gateway, head.id, seventh)).toEqual(results.slice(7));
        expect(await gateway.read()).toMatchObject({ waiting: 0, taken: 0, principals: 0 });
      });
    });

    it('knows an item again that comes twice', async () => {
      await withQueue(async ({ gateway, worker }) => {
        const head = headOf('ada');
        await send(gateway, head, itemsOf(3), false);
        expect(await send(gateway, head, itemsOf(4, 1), false)).toEqual([
          'duplicate',
          'duplicate',
          'accepted',
          'accepted',
        ]);
        await gateway.complete(head.id, 5);
        await Promise.all((await take(worker, 5)).map(done));
        expect(indexes(await read(gateway, head.id))).toEqual([0, 1, 2, 3, 4]);
      });
    });

    it('records one result of an item, and refuses the second', async () => {
      await withQueue(
        async ({ gateway, worker }) => {
          const head = headOf('ada');
          await send(gateway, head, itemsOf(1));
          const [first] = await take(worker, 1);
          // Nobody has heard of it for too long: another one gets it, too.
          const [second] = await take(worker, 1);
          expect([second?.check.item.index, second?.attempt]).toEqual([0, 2]);
          expect(await second?.done({ index: 0, verdict: 'accepted' })).toBe('recorded');
          expect(await first?.done({ index: 0, verdict: 'rejected' })).toBe('was-there');
          expect((await read(gateway, head.id)).map(({ report }) => report['verdict'])).toEqual(['accepted']);
        },
        { ...limits, leaseMs: 1000 },
      );
    });

    it('leaves a check with its worker for as long as this says so', async () => {
      await withQueue(
        async ({ gateway, worker }) => {
          const head = headOf('ada');
          await send(gateway, head, itemsOf(1));
          const [lease] = await take(worker, 1);
          const kept: unknown[] = [];
          const keeping = setInterval(() => void lease?.extend().then((answer) => kept.push(answer)), 200);
          // Longer than it would be the worker's without.
          expect(await worker.take({ image, free: 1, maxPerPrincipal: 9 }, never)).toEqual([]);
          clearInterval(keeping);
          expect(new Set(kept)).toEqual(new Set(['kept']));
          expect(await lease?.done({ index: 0, verdict: 'accepted' })).toBe('recorded');
        },
        { ...limits, leaseMs: 1500 },
      );
    });

    it('gives a check that was given back to the next one, and gives it up in the end', async () => {
      await withQueue(
        async ({ gateway, worker }) => {
          const head = headOf('ada');
          await send(gateway, head, itemsOf(1));
          for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
            const [lease] = await take(worker, 1);
            expect(lease?.attempt).toBe(attempt);
            await lease?.giveBack(0);
          }
          // The last one is never heard of again.
          expect((await take(worker, 1))[0]?.attempt).toBe(maxAttempts);
          const reading = read(gateway, head.id);
          // Workers ask for more meanwhile, and are given nothing.
          const end = new AbortController();
          void reading.finally(() => {
            end.abort();
          });
          while (!end.signal.aborted) {
            expect(await worker.take({ image, free: 1, maxPerPrincipal: 9 }, never)).toEqual([]);
          }
          expect((await reading).map(({ report }) => report)).toEqual([
            expect.objectContaining({
              index: 0,
              id: 'i0',
              verdict: 'undecided',
              outcome: 'not-checked',
              tries: maxAttempts,
            }),
          ]);
        },
        { ...limits, leaseMs: 1000 },
      );
    });

    it('lets principals have turns, whoever has how many waiting', async () => {
      await withQueue(async ({ gateway, worker }) => {
        const [ada, bob, eve] = [headOf('ada'), headOf('bob'), headOf('eve')];
        await send(gateway, ada, itemsOf(300));
        await send(gateway, bob, itemsOf(12));
        await send(gateway, eve, itemsOf(1));
        const order: string[] = [];
        // One place, as on a small worker.
        while (order.length < 30) {
          const [lease] = await take(worker, 1);
          order.push(String(lease?.check.head.principal));
          await lease?.done({ index: lease.check.item.index });
        }
        expect(order.slice(0, 4)).toContain('eve');
        expect(order.filter((name) => name === 'bob')).toHaveLength(12);
      });
    });

    it('gives a principal no more at a time than it may have', async () => {
      await withQueue(async ({ gateway, worker }) => {
        await send(gateway, headOf('ada'), itemsOf(9));
        const held = await take(worker, 2, 2);
        expect(await worker.take({ image, free: 5, maxPerPrincipal: 2 }, never)).toEqual([]);
        await held[0]?.done({ index: held[0].check.item.index });
        expect(await take(worker, 1, 2)).toHaveLength(1);
      });
    });

    it('gives a worker checks of its own image only', async () => {
      await withQueue(async ({ gateway, worker }) => {
        const other = 'sha256:fedcba9876543210';
        await send(gateway, headOf('ada', other), itemsOf(1));
        expect(await worker.take({ image, free: 1, maxPerPrincipal: 9 }, never)).toEqual([]);
        expect(await take(worker, 1, 9, other)).toHaveLength(1);
      });
    });

    it('takes no more than a principal may have waiting, and goes on when there is room', async () => {
      await withQueue(
        async ({ gateway, worker }) => {
          const head = headOf('ada');
          await gateway.open(head);
          const accepted: number[] = [];
          const sending = (async () => {
            for await (const { index } of gateway.submit(head, asStream(itemsOf(12)), never)) accepted.push(index);
            await gateway.complete(head.id, 12);
          })();
          while (accepted.length < 4) await pause(20);
          await expect(gateway.requireRoom(head.principal, image)).rejects.toMatchObject({
            code: 'busy',
            retryAfterS: 5,
          });
          await gateway.requireRoom('bob' as Principal, image);
          expect((await gateway.read()).waiting).toBe(5);
          for (let ended = 0; ended < 12; ended += 1) await done((await take(worker, 1))[0] as Lease);
          await sending;
          expect(await read(gateway, head.id)).toHaveLength(12);
        },
        { ...limits, maxWaiting: 5 },
      );
    });

    it('forgets a batch that nobody wants any more, and tells its workers', async () => {
      await withQueue(async ({ gateway, worker }) => {
        const head = headOf('ada');
        await send(gateway, head, itemsOf(3));
        const [lease] = await take(worker, 1);
        const reading = read(gateway, head.id);
        reading.catch(() => undefined);
        await gateway.cancel(head.id);
        expect(await lease?.extend()).toBe('unwanted');
        await lease?.drop();
        await expect(reading).rejects.toMatchObject({ code: 'batch-unknown' });
        expect((await gateway.find(head.id))?.state.cancelled).toBe(true);
      });
    });

    it('knows no batch that there is not', async () => {
      await withQueue(async ({ gateway }) => {
        expect(await gateway.find(randomUUID() as BatchId)).toBeUndefined();
        expect(await gateway.find('../*.>' as BatchId)).toBeUndefined();
      });
    });
  });
}
