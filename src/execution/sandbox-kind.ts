import type { Lean } from '../lean/lean.ts';
import type { ProgramSandbox } from '../lean/program-run.ts';
import type { ItemKind } from '../pool/item-kind.ts';

/** What tells sandboxes that are kept ready from each other. */
export interface SandboxKey {
  /** The environment whose image and limits they have. */
  readonly environment: string;
  /**
   * `lean` elaborates texts; `questions` answers about places in them too, where that takes another Lean; `program` waits for
   * one to run, where Lean does not run it itself.
   */
  readonly kind: 'lean' | 'questions' | 'program';
  /** What Lean has imported, in plain form; absent when it has not been given anything yet. */
  readonly header?: string;
}

/** A key, and how its sandboxes are made. */
type Made<Item extends Lean | ProgramSandbox> = SandboxKey & ItemKind<Item>;
export type LeanKind = Made<Lean>;
export type ProgramKind = Made<ProgramSandbox>;
export type SandboxKind = LeanKind | ProgramKind;

/** A name that only the same key has. */
export function nameOf({ environment, kind, header }: SandboxKey): string {
  return JSON.stringify([environment, kind, header]);
}
