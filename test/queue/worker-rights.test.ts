/* The rights that deploy/cluster/nats.conf gives a worker: enough for its work, and no more. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/core/ids.ts';
import type { BatchId } from '../../src/batches/work-queue.ts';
import { connectNats } from '../../src/nats/connect-nats.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { hasNatsServer, startNatsWith } from '../support/nats-servers.ts';
import { shared } from '../support/shared.ts';
import { openTestQueue } from '../support/test-queue.ts';

const config = path.join(import.meta.dirname, '..', '..', 'deploy', 'cluster', 'nats.conf');
const image = 'sha256:0123456789abcdef';

describe.skipIf(!hasNatsServer)('a worker with the rights of nats.conf (needs nats-server)', () => {
  const nats = shared(
    () => startNatsWith(config, { GATEWAY_PASSWORD: 'of-gateway', WORKER_PASSWORD: 'of-worker' }),
    hasNatsServer,
  );
  const as = (user: string): string => nats().address.replace('//', `//${user}:of-${user}@`);
  const settings = { prefix: 'lean', replicas: 1, leaseMs: 30_000 };

  it('takes checks, says that it is there, keeps its lease and records results', async () => {
    await using gateway = await openTestQueue({ ...settings, address: as('gateway'), role: 'gateway' });
    await using worker = await openTestQueue({ ...settings, address: as('worker'), role: 'worker' });
    await worker.roll.announce(image, 'w1');
    expect(await gateway.roll.commonImage()).toBe('0123456789ab');
    const { signal } = new AbortController();
    const id = randomUUID() as BatchId;
    const head = {
      id,
      principal: 'ada' as Principal,
      image,
      settings: { header: '', isolation: 'item', parts: [] },
    } as const;
    await gateway.open(head);
    const items = async function* () {
      yield await Promise.resolve({ index: 0, id: 'a', code: '#eval 1' });
    };
    for await (const { status } of gateway.submit(head, items(), signal)) expect(status).toBe('accepted');
    await gateway.complete(id, 1);
    let [lease] = await worker.take({ image, free: 1, maxPerPrincipal: 1 }, signal);
    while (lease === undefined) [lease] = await worker.take({ image, free: 1, maxPerPrincipal: 1 }, signal);
    expect(await lease.extend()).toBe('kept');
    expect(await lease.done({ index: 0, verdict: 'accepted' })).toBe('recorded');
    const reports = [];
    for await (const { report } of gateway.results(id, 0, signal)) reports.push(report);
    expect(reports).toEqual([{ index: 0, verdict: 'accepted' }]);
    expect(await gateway.read()).toMatchObject({ waiting: 0, taken: 0, workers: 1 });
    await worker.roll.leave(image, 'w1');
    await expect(gateway.roll.commonImage()).rejects.toMatchObject({ code: 'queue-unreachable' });
  });

  it('can neither put checks in, nor remove a stream, nor read results', async () => {
    const connection = await connectNats({ servers: as('worker') }, 'test', silentLogger);
    try {
      const js = jetstream(connection, { timeout: 500 });
      const jsm = await jetstreamManager(connection, { checkAPI: false, timeout: 500 });
      await expect(js.publish('lean.checks.0123456789ab.x', '{}')).rejects.toThrow();
      await expect(jsm.streams.delete('lean_CHECKS')).rejects.toThrow();
      await expect(jsm.streams.getMessage('lean_RESULTS', { seq: 1 })).rejects.toThrow();
      await expect(jsm.consumers.add('lean_RESULTS', { name: 'spy' })).rejects.toThrow();
    } finally {
      await connection.close();
    }
  });
});
