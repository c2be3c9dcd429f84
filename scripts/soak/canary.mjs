/*
 * A caller with a thread of its own: it is not kept waiting by what other callers of its process have to read. It asks the
 * address that it was started with as often as it is told to, and tells how long each answer took, in milliseconds.
 */
import { parentPort, workerData } from 'node:worker_threads';

parentPort.on('message', async () => {
  const startedAt = performance.now();
  const response = await fetch(workerData);
  await response.text();
  parentPort.postMessage(performance.now() - startedAt);
});
