import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ItemReport } from '../../src/batches/work-queue.ts';
import { AppError } from '../../src/core/app-error.ts';
import { fakeWorkers } from '../../test/queue/fake-workers.ts';
import type { NatsServers } from '../../test/support/nats-servers.ts';
import { openTestQueue } from '../../test/support/test-queue.ts';
import { benchImage, sendAndRead, verdictOf } from './queue-load.ts';

export interface EnduranceReport {
  readonly seconds: number;
  readonly workersKilled: number;
  readonly missing: number;
  readonly twice: number;
  readonly wrong: number;
  /** Begun as often as may be by workers that were then killed; so its result says. */
  readonly givenUp: number;
  /** Lost by a server that was killed, which said that it had them (nats-server 2.9): told as lost, and sent again. */
  readonly sentAgain: number;
  /** Live memory of this process, in which the gateway is: the least in a part of the time. */
  readonly earlyMiB: number;
  readonly lateMiB: number;
}

const workerCount = 3;
const killEveryMs = 1000;
const sayEvery = 10_000;
const mebibyte = 1024 ** 2;

/** Sends items through three servers while a worker is killed every second, and the leader once, half-way. */
export async function measureEndurance(
  nats: NatsServers,
  items: number,
  say: (line: string) => void,
): Promise<EnduranceReport> {
  const settings = { address: nats.address, prefix: randomUUID(), replicas: 3, leaseMs: 2000 };
  await using gateway = await openTestQueue({ ...settings, role: 'gateway', maxWaiting: 2000 });
  await using workers = await fakeWorkers({ ...settings, image: benchImage, places: 16, workMs: 0 });
  for (let count = 0; count < workerCount; count += 1) await workers.add();
  const counts = new Uint8Array(items);
  const memory: number[] = [];
  let [results, wrong, givenUp, workersKilled] = [0, 0, 0, 0];
  const end = new AbortController();
  const startedAt = performance.now();
  const killing = (async () => {
    let isLeaderKilled = false;
    while (!end.signal.aborted) {
      await pause(killEveryMs);
      memory.push(process.memoryUsage().heapUsed + process.memoryUsage().external);
      if (await workers.killOldest()) workersKilled += 1;
      void workers.add();
      if (isLeaderKilled || results < items / 2) continue;
      isLeaderKilled = true;
      const leader = await nats.leaderOf(`${settings.prefix}_CHECKS`);
      await nats.kill(leader);
      await nats.start(leader);
    }
  })();
  const take = (number: number, { verdict }: ItemReport): void => {
    counts[number] = (counts[number] ?? 0) + 1;
    if (verdict === 'undecided') givenUp += 1;
    else if (verdict !== verdictOf(number)) wrong += 1;
    results += 1;
    if (results % sayEvery === 0)
      say(`  ${results} results after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  };
  const missing = (): number[] => [...counts.keys()].filter((number) => counts[number] === 0);
  let sentAgain = 0;
  for (let sent = missing(); sent.length > 0; sent = missing()) {
    if (sent.length < items) sentAgain += sent.length;
    await sendAndRead(gateway, sent, take).catch((error: unknown) => {
      // As the hint of that asks for.
      if (!(error instanceof AppError) || error.code !== 'batch-unknown') throw error;
    });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  end.abort();
  await killing;
  const quarter = Math.max(1, Math.floor(memory.length / 4));
  return {
    seconds,
    workersKilled,
    missing: missing().length,
    twice: counts.filter((count) => count > 1).length,
    wrong,
    givenUp,
    sentAgain,
    // What is garbage comes on top; the least is what lives.
    earlyMiB: Math.min(...memory.slice(0, quarter)) / mebibyte,
    lateMiB: Math.min(...memory.slice(-quarter)) / mebibyte,
  };
}
