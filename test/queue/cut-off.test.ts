/*
 * The queue while machines are cut off from each other: packets vanish, and no connection says that it is gone. Three
 * servers, workers and this process each on a machine of their own.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { hasNatsServer, startNats } from '../support/nats-servers.ts';
import { canMakeMachines, makeMachines, type Machine } from '../support/machines.ts';
import { shared } from '../support/shared.ts';
import { openTestQueue } from '../support/test-queue.ts';
import { fakeWorkers } from './fake-workers.ts';
import { checkAll, expectResults, image, type Outcome } from './known-items.ts';

const servers = 3;
const leaseMs = 2000;
const count = 400;
const isPossible = hasNatsServer && canMakeMachines;

describe.skipIf(!isPossible)('a queue whose machines are cut off (needs nats-server, root and ip)', () => {
  const machines = shared(() => Promise.resolve(makeMachines(servers + 2)), isPossible);
  const nats = shared(() => startNats(servers, machines().all), isPossible);
  const workerMachines = (): readonly Machine[] => machines().all.slice(servers);

  /**
   * Checks items while something happens, with a worker on each of two machines. Servers that were apart may have lost what
   * they had said that they had (nats-server 2.9); that is told, and those items are sent again.
   */
  const checkMeanwhile = async (happens: (prefix: string) => Promise<void>): Promise<Outcome['reports']> => {
    const settings = { address: nats().address, prefix: randomUUID(), replicas: servers, leaseMs };
    await using gateway = await openTestQueue({ ...settings, role: 'gateway', maxWaiting: 300 });
    await using workers = await fakeWorkers({ ...settings, image, places: 8, workMs: 50 });
    await Promise.all(workerMachines().map((machine) => workers.add(machine)));
    const [{ reports }] = await Promise.all([checkAll(gateway, count), happens(settings.prefix)]);
    return reports;
  };

  it('has one result of each item when a worker is gone and comes back', async () => {
    const reports = await checkMeanwhile(async () => {
      await pause(300);
      workerMachines()[0]?.cut();
      await pause(2 * leaseMs);
      workerMachines()[0]?.mend();
    });
    expectResults(reports, count);
  });

  it('has one result of each item when the leader is gone until all are there', async () => {
    let leader: Machine | undefined;
    const reports = await checkMeanwhile(async (prefix) => {
      leader = machines().all[await nats().leaderOf(`${prefix}_CHECKS`)];
      await pause(300);
      leader?.cut();
    });
    leader?.mend();
    expectResults(reports, count);
    await nats().areTogether();
  });

  it('has one result of each item when who sends and reads is gone and comes back', async () => {
    const reports = await checkMeanwhile(async () => {
      await pause(300);
      machines().here.cut();
      await pause(2 * leaseMs);
      machines().here.mend();
    });
    expectResults(reports, count);
  });
});
