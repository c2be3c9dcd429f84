/*
 * Names a process so that another one can tell for certain whether it still runs: the kernel's boot, the process namespace,
 * the process id and when that process began. Whoever is in the same boot and namespace can look; nobody else can say.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { codeOf } from './system-error.ts';

/** This process; `undefined` where the system does not tell. */
export function thisProcess(): string | undefined {
  return nameOf(process.pid);
}

/** A process that runs; `undefined` when there is none, or the system does not tell. */
export function nameOf(pid: number): string | undefined {
  const place = readPlace();
  const began = readStat(pid)?.began;
  return place === undefined || began === undefined ? undefined : `${place}/${pid}/${began}`;
}

/** The process that has started this one, or has taken it over; `undefined` as for {@link nameOf}, and for the first of all. */
export function parentOf(pid: number): number | undefined {
  const parent = readStat(pid)?.parent ?? 0;
  return parent === 0 ? undefined : parent;
}

/** What can be said of a process by its name. */
export type ProcessState = 'alive' | 'gone' | 'unknown';

/** Whether the named process runs; `unknown` when that cannot be told from here. */
export function stateOf(name: string): ProcessState {
  const [, place, pid, began] = /^(.+)\/(\d+)\/(\d+)$/.exec(name) ?? [];
  if (place === undefined || place !== readPlace()) return 'unknown';
  const found = readStat(Number(pid))?.began;
  if (found === undefined && isHidden(Number(pid))) return 'unknown';
  return found === began ? 'alive' : 'gone';
}

/** Whether a process is there although nothing can be read about it: systems can hide those of other users. */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie.
    return false;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Where process ids have the meaning that they have here. */
function readPlace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Of a process that runs: who is its parent, and when it began, in the kernel's own count. */
function readStat(pid: number): { readonly parent: number; readonly began: string | undefined } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything.
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : { parent: Number(parent), began: rest[17] };
  } catch {
    return undefined;
  }
}
