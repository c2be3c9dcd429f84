import { readdir } from 'node:fs/promises';
import type { Watch } from './watch.ts';

/** What this process and its engine have in use. */
export interface Vitals {
  readonly containers: number;
  /** Memory of this process, in bytes. */
  readonly memory: number;
  /** Open file descriptors of this process; `undefined` where the system does not tell. */
  readonly descriptors: number | undefined;
}

/** Buffers and code that the runtime keeps once it has needed them, in bytes. */
const memoryTolerance = 256 * 1024 * 1024;
/** Connections to the engine that are kept for the next request. */
const descriptorTolerance = 16;
const settleMs = 5000;
const intervalMs = 100;

export async function readVitals(countContainers: () => Promise<number>): Promise<Vitals> {
  const folder = process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd';
  const descriptors = await readdir(folder).catch(() => undefined);
  return {
    containers: await countContainers(),
    memory: process.memoryUsage().rss,
    descriptors: descriptors?.length,
  };
}

/**
 * Waits until everything is as before.
 *
 * @returns what is not, five seconds later
 */
export async function returnToBaseline(
  baseline: Vitals,
  countContainers: () => Promise<number>,
  watch: Pick<Watch, 'now' | 'pause'>,
): Promise<string | undefined> {
  const until = watch.now() + settleMs;
  for (;;) {
    const excess = describeExcess(await readVitals(countContainers), baseline);
    if (excess === undefined || watch.now() > until) return excess;
    await watch.pause(intervalMs);
  }
}

/** What is more than before, beyond what is normal. */
function describeExcess(now: Vitals, baseline: Vitals): string | undefined {
  const containers = now.containers - baseline.containers;
  if (containers > 0) return containers === 1 ? '1 container is left' : `${containers} containers are left`;
  if (now.memory > baseline.memory + memoryTolerance) {
    return `the server's memory grew by ${Math.round((now.memory - baseline.memory) / 1024 / 1024)} MiB`;
  }
  const { descriptors = 0 } = now;
  if (descriptors > (baseline.descriptors ?? 0) + descriptorTolerance) {
    return `the server has ${descriptors - (baseline.descriptors ?? 0)} more open files`;
  }
  return undefined;
}
