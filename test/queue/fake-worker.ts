/*
 * A worker as a process of its own, whose work is made up: what becomes of an item is in its code, so that tests of the
 * queue know every result without a Lean. Says `ready` when it takes checks.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { runnersOf } from '../../src/batches/item-runner.ts';
import { verdictOf, type ItemResult } from '../../src/batches/batch-item.ts';
import { Worker } from '../../src/batches/worker.ts';
import type { ItemReport } from '../../src/batches/work-queue.ts';
import type { CodeRequest, ExecutionResult, Outcome } from '../../src/execution/execution-service.ts';
import { silentLogger, silentTelemetry } from '../../src/telemetry/telemetry.ts';
import { openTestQueue, type TestQueueSettings } from '../support/test-queue.ts';

/** What a made-up worker is told, as JSON in its first argument. */
export interface FakeWorkerSettings extends Pick<TestQueueSettings, 'address' | 'prefix' | 'replicas' | 'leaseMs'> {
  readonly image: string;
  /** How many checks at a time. */
  readonly places: number;
  /** How long each takes, in milliseconds. */
  readonly workMs: number;
}

const nothing = { text: '', omittedBytes: 0 };
const timings = { queue: 0, sandbox: 0, elaborate: 0, run: 0, total: 0 };

/** What the code says becomes of it: `lost` its sandbox, `kill` its worker; `bad` is rejected. */
function outcomeOf(code: string): Outcome {
  if (code.startsWith('kill')) process.kill(process.pid, 'SIGKILL');
  if (code.startsWith('lost')) return { outcome: 'crashed', detail: 'lost', lost: true };
  return { outcome: 'completed', ...(code.startsWith('bad') && { problem: 'it says so' }) };
}

function report({ item, end, tries }: ItemResult): ItemReport {
  return { index: item.index, id: item.id, verdict: verdictOf(end), tries };
}

const { image, places, workMs, ...queueSettings } = JSON.parse(process.argv[2] ?? '{}') as FakeWorkerSettings;
await using queue = await openTestQueue({ ...queueSettings, role: 'worker' });
const runCode = async ({ code }: CodeRequest): Promise<ExecutionResult> => {
  await pause(workMs);
  return { ...outcomeOf(code), diagnostics: [], stdout: nothing, stderr: nothing, timings };
};
const runInSession = (): Promise<never> => Promise.reject(new Error('no sessions here'));
await using worker = new Worker({
  queue,
  image: () => Promise.resolve(image),
  ready: () => Promise.resolve(),
  places: () => places,
  placesOfOne: () => places,
  runnersFor: () => runnersOf({ runCode, runInSession }, () => places),
  report: (result) => Promise.resolve(report(result)),
  telemetry: silentTelemetry,
  logger: silentLogger,
});
process.stdout.write('ready\n');
await new Promise((resolve) => process.once('SIGTERM', resolve));
await worker.drain();
