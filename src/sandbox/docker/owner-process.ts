/*
 * Names a process so that another one can tell for certain whether it still runs: the kernel's boot, the process namespace,
 * the process id and when that process began. Whoever is in the same boot and namespace can look; nobody else can say.
 */
import { readFileSync, readlinkSync } from 'node:fs';

/** This process; `undefined` where the system does not tell. */
export function thisProcess(): string | undefined {
  const place = readPlace();
  const began = readStart(process.pid);
  return place === undefined || began === undefined ? undefined : `${place}/${process.pid}/${began}`;
}

/** What can be said of a process by its name. */
export type ProcessState = 'alive' | 'gone' | 'unknown';

/** Whether the named process runs; `unknown` when that cannot be told from here. */
export function stateOf(name: string): ProcessState {
  const [, place, pid, began] = /^(.+)\/(\d+)\/(\d+)$/.exec(name) ?? [];
  if (place === undefined || place !== readPlace()) return 'unknown';
  const found = readStart(Number(pid));
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
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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

/** When a process began, in the kernel's own count; `undefined` when there is none. */
function readStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
