import { availableParallelism, freemem, totalmem } from 'node:os';
import type Docker from 'dockerode';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { countOthersContainers } from '../sandbox/docker/own-containers.ts';

/** Ready sandboxes for each CPU: enough for a burst, few enough that making them again does not starve the calls. */
const readyPerCpu = 3;
/** Calls for each CPU: some wait for the engine while others compute. */
const callsPerCpu = 4;
const largestPool = 32;

/** What the engine's machine has. */
interface Capacity {
  readonly cpus: number;
  readonly memory: number;
  /** Memory that nothing uses now; `undefined` when the engine is on another machine. */
  readonly freeMemory: number | undefined;
  /** Sandboxes of other servers that are there. */
  readonly others: number;
}

/**
 * How many sandboxes to keep ready. `auto`: as many as CPUs, memory and the memory limit of one allow for all servers on the
 * engine together, less those that other servers have there; at least 1, at most 32.
 */
export async function poolSize(
  configured: number | 'auto',
  launch: LeanLaunch,
  connect: () => Promise<Docker>,
): Promise<number> {
  if (configured !== 'auto') return configured;
  return autoPoolSize(await readCapacity(await connect()), launch.limits.memory);
}

/** @param memoryLimit of one sandbox, in bytes */
export function autoPoolSize({ cpus, memory, freeMemory = memory, others }: Capacity, memoryLimit: number): number {
  const inHalfOf = (bytes: number): number => Math.floor(bytes / 2 / memoryLimit);
  const ofAll = Math.min(largestPool, readyPerCpu * cpus, inHalfOf(memory));
  return Math.max(1, Math.min(ofAll - others, inHalfOf(freeMemory)));
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

async function readCapacity(docker: Docker): Promise<Capacity> {
  const [info, others] = await Promise.all([
    docker.info() as Promise<Readonly<Record<string, unknown>>>,
    countOthersContainers(docker),
  ]);
  const cpus = typeof info['NCPU'] === 'number' ? info['NCPU'] : availableParallelism();
  const memory = typeof info['MemTotal'] === 'number' ? info['MemTotal'] : totalmem();
  // No two machines have the same number of bytes, as a rule; a virtual machine on this one never has.
  const isHere = memory === totalmem();
  return { cpus, memory, freeMemory: isHere ? freemem() : undefined, others };
}
