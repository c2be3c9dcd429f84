/*
 * The contract between what runs Lean and what jails it: a sandbox is one process in a throw-away container, and the
 * only thing that crosses its border is bytes on three streams. A sandbox serves one call (or one session) and is
 * destroyed; there is no way to give it back. It ends by itself when its stdin ends, also when the program that owns it dies.
 */
import type { Readable, Writable } from 'node:stream';
import type { Bytes } from '../core/bytes.ts';
import type { SandboxId } from '../core/ids.ts';

/** Numeric user and group of everything that runs in a sandbox; `leanuser` in the image. */
export const sandboxUserId = 65532;

/** What a sandbox may use at most. Enforced by the engine, outside the sandbox. */
export interface SandboxLimits {
  /** Memory, with swap included and temporary files counted. */
  readonly memory: Bytes;
  /** CPUs, fractions allowed. */
  readonly cpus: number;
  /** Processes and threads. */
  readonly processes: number;
  /** Size of the work folder and of the temporary folder, each. */
  readonly folderSize: Bytes;
}

/** What holds a sandbox, whatever image it has and whatever runs in it: all that an operator chooses about it. */
export interface Jail {
  readonly workingDir: string;
  readonly limits: SandboxLimits;
  readonly networkDisabled: boolean;
  readonly readOnly: boolean;
  /** The engine's runtime, for instance `runsc`; `undefined`: its default. */
  readonly runtime: string | undefined;
  /** The cgroup that it is put into with others, which can have limits of its own; `undefined`: the engine's default. */
  readonly cgroupParent: string | undefined;
}

/** What is to run, and in which jail. */
export interface SandboxSpec {
  /** Image name or id. */
  readonly image: string;
  /** The main process, as an argument list; no shell reads it. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly jail: Jail;
  /** What it serves, as operators see it in `docker ps`. */
  readonly purpose: 'lean' | 'program' | 'probe' | 'verify' | 'index';
}

/** What stands between code in a sandbox and the machine, as the engine tells it and the configuration chose. */
export interface Protection {
  /** `weakened`: a protection is missing that every installation should have, or was switched off. */
  readonly level: 'own-kernel' | 'shared-kernel' | 'weakened';
  /** The engine's runtime that sandboxes get. */
  readonly runtime: string;
  /** Protections that these sandboxes do not have, in words. */
  readonly missing: readonly string[];
}

/** How a sandbox ended. */
export interface SandboxExit {
  /** Exit code of the main process; `undefined` when the sandbox was lost and nobody can know. */
  readonly exitCode: number | undefined;
  /** Whether the engine saw the memory limit kill a process in it, the main one or another. */
  readonly outOfMemory: boolean;
  /** Whether somebody else had the engine kill it. */
  readonly killed?: boolean;
}

/** A process in its jail. Disposing kills it and everything in it; safe to do at any time, and more than once. */
export interface Sandbox extends AsyncDisposable {
  readonly id: SandboxId;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Settles as soon as nothing can be said to the process any more, be it before anyone knows how it ended. Not: that it has
   * ended, or that all that it wrote has been read. Never rejects.
   */
  readonly disconnected: Promise<void>;
  /** Settles when the sandbox has ended, for whatever reason. Not: that its output has been read to the end. Never rejects. */
  readonly exited: Promise<SandboxExit>;
  /** Whether the memory limit has killed a process in it so far. Not: that it was the main one, or that the sandbox ends. */
  readonly outOfMemory: boolean;
  /** Memory that it uses now; `undefined` when the engine does not say. */
  memoryUsage(): Promise<Bytes | undefined>;
}

/** Makes sandboxes. Disposing destroys all that are left. */
export interface SandboxDriver extends AsyncDisposable {
  /**
   * Makes a sandbox and starts its process.
   *
   * @throws AppError `engine-unreachable`, `engine-failed`, `image-missing`, `limits-not-enforced`;
   *   the signal's reason when the signal fires first
   */
  start(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox>;
}
