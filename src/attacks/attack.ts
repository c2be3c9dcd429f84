/*
 * What an attack is: Lean programs that try to get out of the sandbox, to use more than it has, to outlive it, or to lie
 * about what happened; and a judge who looks at what the callers were told. Both are plain data and pure functions, so that
 * the same attacks are a command for users and tests on any engine.
 */
import type { Bytes } from '../core/bytes.ts';
import type { StructuredResult } from '../report/structured-result.ts';

/** What the attacked installation gives to a sandbox, and what must not be found in one. */
export interface AttackSetting {
  readonly memory: Bytes;
  readonly cpus: number;
  readonly processes: number;
  /** Size of each writable folder. */
  readonly folderSize: Bytes;
  /** How much output of one stream is kept. */
  readonly maxKeptOutput: Bytes;
  /** Whether the runtime puts a kernel of its own between code and the host's, as gVisor does. */
  readonly hasOwnKernel: boolean;
  /** Texts that are secret to a sandbox: of the server's environment, and the name of its machine. */
  readonly secrets: readonly string[];
}

/** One call. */
export interface AttackStep {
  readonly code: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly timeoutS: number;
  /** When the caller gives up; absent: never. In milliseconds. */
  readonly cancelAfterMs?: number;
  /** Steps with the same name share a session; absent: a sandbox of its own. */
  readonly session?: string;
}

export interface Judgement {
  readonly verdict: 'contained' | 'not-contained' | 'not-carried-out';
  /** What happened, in a few words. */
  readonly happened: string;
}

export interface Attack {
  /** A letter for the group: resources, isolation, network, kernel, protocol, life and death. */
  readonly id: string;
  /** What is tried, in a few words. */
  readonly tried: string;
  /** One after another, unless they are side by side. */
  readonly steps: readonly AttackStep[];
  readonly isSideBySide?: true;
  readonly judge: (results: readonly StructuredResult[], setting: AttackSetting) => Judgement;
}

export const contained = (happened: string): Judgement => ({ verdict: 'contained', happened });
export const notContained = (happened: string): Judgement => ({ verdict: 'not-contained', happened });
export const notCarriedOut = (happened: string): Judgement => ({ verdict: 'not-carried-out', happened });
