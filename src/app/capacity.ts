import { availableParallelism, freemem, totalmem } from 'node:os';
import type Docker from 'dockerode';
import type { LeanLaunch } from '../lean/lean-launch.ts';

/** Ready sandboxes for each CPU: enough for a burst, few enough that making them again does not starve the calls. */
const readyPerCpu = 3;
/** Calls for each CPU: some wait for the engine while others compute. */
const callsPerCpu = 4;
const largestPool = 32;

/** What the engine's machine has. */
interface Capacity {
  readonly cpus: number;
  readonly memory: number;
}

/** How many sandboxes to keep ready. `auto`: from CPUs, free memory and the memory limit of one, at most 32. */
export async function poolSize(
  configured: number | 'auto',
  launch: LeanLaunch,
  connect: () => Promise<Docker>,
): Promise<number> {
  if (configured !== 'auto') return configured;
  return autoPoolSize(await readCapacity(await connect()), launch.limits.memory);
}

/** @param memoryLimit of one sandbox, in bytes */
export function autoPoolSize({ cpus, memory }: Capacity, memoryLimit: number): number {
  return Math.max(1, Math.min(largestPool, readyPerCpu * cpus, Math.floor(memory / 2 / memoryLimit)));
}

/** How many calls to execute at once. `auto`: from this machine's CPUs and memory. */
export function callConcurrency(configured: number | 'auto', memoryLimit: number): number {
  if (configured !== 'auto') return configured;
  return Math.max(1, Math.min(callsPerCpu * availableParallelism(), Math.floor(totalmem() / memoryLimit)));
}

/**
 * How many sandboxes to make at once. `auto`: half of this machine's CPUs, so that calls find one, too. More at a time were
 * measured to make fewer in all: the engine's work on one takes about one CPU.
 */
export function creationConcurrency(configured: number | 'auto'): number {
  return configured === 'auto' ? Math.max(1, Math.floor(availableParallelism() / 2)) : configured;
}

/** CPUs and usable memory of the engine's machine. */
async function readCapacity(docker: Docker): Promise<Capacity> {
  const info = (await docker.info()) as Readonly<Record<string, unknown>>;
  const cpus = typeof info['NCPU'] === 'number' ? info['NCPU'] : availableParallelism();
  const total = typeof info['MemTotal'] === 'number' ? info['MemTotal'] : totalmem();
  return { cpus, memory: Math.min(total, freemem()) };
}
