/*
 * What settings that are `auto` come to. They depend on the image and on the engine's machine, so nothing is worked out
 * before both are known, and everything that depends on memory is worked out from what a sandbox really gets.
 */
import { availableParallelism, freemem, totalmem } from 'node:os';
import { modulesOf } from '../config/setting-kinds.ts';
import type { Settings } from '../config/schema.ts';
import type { Bytes } from '../core/bytes.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import type { Toolchain } from '../lean/toolchain.ts';
import type { EngineInfo } from '../sandbox/docker/engine-facts.ts';

type DockerSettings = Settings['docker'];

/** What the engine's machine has. */
export interface Machine {
  readonly cpus: number;
  readonly memory: Bytes;
}

/** Enough for Lean and what comes with it, `import Lean` included. */
const usualMemory = 1024 ** 3;
/** Ready sandboxes for each CPU: enough for a burst, few enough that making them again does not starve the calls. */
const readyPerCpu = 3;
/** Calls for each CPU: some wait for the engine while others compute. */
const callsPerCpu = 4;
const maxPool = 32;

/** Memory of a sandbox. @param asked what its image asks for */
export function sandboxMemory({ memory_limit: configured }: Pick<DockerSettings, 'memory_limit'>, asked = 0): Bytes {
  return configured === 'auto' ? Math.max(usualMemory, asked) : configured;
}

/** How many calls are executed at a time. @param memory of a sandbox */
export function callsAtOnce(
  { max_concurrent_calls: configured }: Pick<DockerSettings, 'max_concurrent_calls'>,
  memory: Bytes,
  machine: Machine,
): number {
  if (configured !== 'auto') return configured;
  return Math.max(1, Math.min(callsPerCpu * machine.cpus, Math.floor(machine.memory / memory)));
}

/** So many sandboxes that compute all the time keep the machine's CPUs busy; more of them only take turns. */
export function sandboxesAtFullSpeed({ cpu_limit: cpus }: Pick<DockerSettings, 'cpu_limit'>, machine: Machine): number {
  return Math.max(1, Math.ceil(machine.cpus / cpus));
}

/** How many calls of one caller are: of `auto` a part, so that a call of another seldom waits for one of its to end. */
export function callsOfCaller({ max_calls: configured }: Pick<Settings['http'], 'max_calls'>, calls: number): number {
  return configured === 'auto' ? Math.max(1, Math.floor((calls * 3) / 4)) : configured;
}

/**
 * How many sandboxes are kept ready. `auto`: as many as CPUs and memory allow for all servers on the engine together, less
 * those that other servers have there.
 *
 * @param memory of a sandbox
 * @param left memory that nothing uses now, and sandboxes of other servers
 */
export function readySandboxes(
  { pool_enabled, pool_size: configured }: Pick<DockerSettings, 'pool_enabled' | 'pool_size'>,
  memory: Bytes,
  machine: Machine,
  { free, others }: { readonly free: Bytes; readonly others: number },
): number {
  if (!pool_enabled) return 0;
  if (configured !== 'auto') return configured;
  const inHalfOf = (bytes: Bytes): number => Math.floor(bytes / 2 / memory);
  const ofAll = Math.min(maxPool, readyPerCpu * machine.cpus, inHalfOf(machine.memory));
  return Math.max(1, Math.min(ofAll - others, inHalfOf(free)));
}

/** What code may import where it runs on an image with these libraries. */
export function importPolicy(
  { allowed_imports: allowed, blocked_imports: blocked }: Pick<Settings['lean'], 'allowed_imports' | 'blocked_imports'>,
  { libraries: present }: Pick<Toolchain, 'libraries'>,
): ImportPolicy {
  return { allowed, blocked, present };
}

/** The headers to keep ready, in plain form. `auto`: as far as the image has their modules. */
export function warmHeaders(
  { warm_headers: configured }: Pick<Settings['lean'], 'warm_headers'>,
  { libraries }: Pick<Toolchain, 'libraries'>,
): string[] {
  const wanted = configured === 'auto' ? ['', ...(libraries.includes('Mathlib') ? ['Mathlib'] : [])] : configured;
  return wanted.map((header) =>
    modulesOf(header)
      .map((name) => `import ${name}\n`)
      .join(''),
  );
}

/**
 * How many sandboxes are made at once. `auto`: half of this machine's CPUs, so that calls find one, too. More at a time were
 * measured to make fewer in all: the engine's work on one takes about one CPU.
 */
export function creationsAtOnce({
  max_concurrent_creations: configured,
}: Pick<DockerSettings, 'max_concurrent_creations'>): number {
  return configured === 'auto' ? Math.max(1, Math.floor(availableParallelism() / 2)) : configured;
}

/** The engine's machine; what the engine does not tell is taken to be as on this one. */
export function machineOf({ NCPU, MemTotal }: EngineInfo): Machine {
  return { cpus: NCPU > 0 ? NCPU : availableParallelism(), memory: MemTotal > 0 ? MemTotal : totalmem() };
}

/** Memory of the engine's machine that nothing uses now; all of it where that is not known. */
export function freeMemoryOf({ memory }: Machine): Bytes {
  // No two machines have the same number of bytes, as a rule; a virtual machine on this one never has.
  return memory === totalmem() ? freemem() : memory;
}
