import { randomUUID } from 'node:crypto';
import { describe, it } from 'vitest';
import { describeWorkQueue, type QueueEnds, type QueueLimits } from '../../../test/contracts/work-queue-contract.ts';
import { hasNatsServer, startNats } from '../../../test/support/nats-servers.ts';
import { shared } from '../../../test/support/shared.ts';
import { openTestQueue } from '../../../test/support/test-queue.ts';

/** A queue of its own for each test, whose ends are two clients of the servers. */
async function open(address: string, replicas: number, limits: QueueLimits): Promise<QueueEnds> {
  const settings = { address, prefix: randomUUID(), replicas, ...limits };
  const gateway = await openTestQueue({ ...settings, role: 'gateway' });
  const worker = await openTestQueue({ ...settings, role: 'worker' });
  return {
    gateway,
    worker,
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

if (hasNatsServer) {
  for (const count of [1, 3]) {
    describe(`with ${count} nats-server`, () => {
      const servers = shared(() => startNats(count));
      describeWorkQueue('a queue on JetStream', (limits) => open(servers().address, count, limits));
    });
  }
} else {
  describe('a queue on JetStream', () => {
    it.skip('needs nats-server (Debian: apt-get install nats-server)', () => undefined);
  });
}
