/*
 * The process that is our client: the one at the other end of stdin. As a rule its end is the end of stdin. When another
 * process still holds the writing end, for instance a sibling of ours that inherited it, nothing would tell.
 */
import { readlinkSync } from 'node:fs';
import { nameOf, parentOf, stateOf } from '../core/process-name.ts';
import { codeOf } from '../core/system-error.ts';

/** How often the client is looked at, in milliseconds. */
const intervalMs = 10_000;

/** What can be seen of a process. */
export interface ProcessView {
  /** What its stdin is, as the system names it; `undefined` when that cannot be seen. */
  readonly stdinOf: (pid: number) => string | undefined;
  readonly parentOf: (pid: number) => number | undefined;
}

const systemView: ProcessView = {
  parentOf,
  stdinOf: (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/0`);
    } catch {
      return undefined;
    }
  },
};

/**
 * The nearest ancestor that does not read what we read: those between, such as npx or a shell, have only handed their stdin
 * on. `undefined` when there is none, when it cannot be told, or when stdin is none of a client: a file, a terminal, or a
 * pipe with a name, which lasts longer than those that use it.
 */
export function findClient(self: number, { stdinOf, parentOf: parent }: ProcessView = systemView): number | undefined {
  const stdin = stdinOf(self);
  if (stdin === undefined || !/^(?:pipe|socket):/.test(stdin)) return undefined;
  let ancestor = parent(self);
  while (ancestor !== undefined && stdinOf(ancestor) === stdin) ancestor = parent(ancestor);
  return ancestor;
}

/** Fires when the client that started us is gone, as far as the system tells; disposing ends the watch. */
export class ClientWatch implements Disposable {
  readonly #gone = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    const isThere = clientPresence();
    this.#timer = setInterval(() => {
      if (!isThere()) this.#gone.abort(new Error('the client is gone'));
    }, intervalMs).unref();
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Tells, each time that it is called, whether the process that is our client now is still there. */
function clientPresence(): () => boolean {
  if (process.platform !== 'linux') return parentPresence();
  const client = findClient(process.pid);
  const name = client === undefined ? undefined : nameOf(client);
  return name === undefined ? () => true : () => stateOf(name) !== 'gone';
}

/** Elsewhere only the parent can be seen. It may be one that has only handed on its stdin; then this tells nothing. */
function parentPresence(): () => boolean {
  const parent = process.ppid;
  return () => process.ppid === parent && mayRun(parent);
}

/** Windows goes on naming a parent that is gone. */
function mayRun(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
