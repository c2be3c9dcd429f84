import { describeWorkQueue } from '../../../test/contracts/work-queue-contract.ts';
import { LocalWorkQueue } from './local-work-queue.ts';

describeWorkQueue('a queue within this process', (limits) => {
  const queue = new LocalWorkQueue({ ...limits, maxResultBytes: 2 ** 30, keepMs: 3_600_000 });
  return Promise.resolve({
    gateway: queue,
    worker: queue,
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  });
});
