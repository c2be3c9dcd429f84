/*
 * The contract for a Lean: one process in a sandbox of its own that elaborates texts, one after another. Places are in the
 * text that it was given last: Lean's own positions, or offsets in UTF-16 units. What it has made of an earlier text that
 * begins alike it may use again; that changes how long an answer takes, and not the answer.
 */
import type { KeptText } from '../core/bounded-text.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Deadline, StopReason } from '../core/deadline.ts';
import { everyOf } from '../core/every-of.ts';
import type { Declaration, DeclaredConstants } from './declaration.ts';
import type { Diagnostic, OpenGoals, Position } from './diagnostic.ts';
import type { LeanLaunch } from './lean-launch.ts';
import type { Questions } from './questions.ts';

/** A text to elaborate. */
export interface LeanText {
  /** All of it, as a file that `lean` accepts. */
  readonly text: string;
  /** Where what is new begins, at the start of a line: goals and declarations are told from there on. Absent: from its start. */
  readonly newFrom?: number;
  /** What will be asked for when it is elaborated; who can tells it with the verdict. */
  readonly wanted?: readonly ('goals' | 'declarations')[];
  /** What is to run when Lean accepts the text; only for a Lean that {@link Lean.runsPrograms}. */
  readonly program?: ProgramInput;
  /** Whether texts are to follow that begin with this one; otherwise its state is not kept, and may end with its program. */
  readonly goesOn?: boolean;
}

/** What a program is given. */
export interface ProgramInput {
  readonly args: readonly string[];
  readonly stdin: string;
}

/** How work ended that did not come to its end. */
export type Cut =
  | { readonly end: 'timed-out' | 'cancelled' | 'out-of-memory' }
  /** The engine lost the sandbox; that says nothing about the code. */
  | { readonly end: 'lost' }
  /** `garbled`: what else came where Lean’s messages do makes it unknown what it said. */
  | { readonly end: 'output-limit' | 'crashed' | 'garbled'; readonly detail?: string };

const cuts: ReadonlySet<string> = new Set(
  everyOf<Cut['end']>()('timed-out', 'cancelled', 'out-of-memory', 'output-limit', 'crashed', 'garbled', 'lost'),
);

/** Whether work did not come to its end. */
export function isCut<Work extends { readonly end: string }>(work: Work): work is Extract<Work, Cut> {
  return cuts.has(work.end);
}

/** What is known of how work ended. */
export function detailOf(cut: Cut): string | undefined {
  return 'detail' in cut ? cut.detail : undefined;
}

/** A `sorry` that is left in a term. */
export interface SorryUsed {
  readonly declaration: string;
  readonly start?: Position;
}

/** What came of elaborating a text; Lean’s messages as far as they are known, in the order of the text. */
export type Elaboration = { readonly diagnostics: readonly Diagnostic[] } & (
  | {
      readonly end: 'finished';
      /** Whether `lean` would end with 0. Not: that anything is true, because the text's code runs in the process that reports. */
      readonly accepted: boolean;
      /** Absent where this Lean cannot tell. */
      readonly sorries?: readonly SorryUsed[];
      /** What the new part declares, if that was wanted; absent where this Lean cannot tell. */
      readonly declared?: DeclaredConstants;
      /** The program that runs now, if one was given and the text is accepted. */
      readonly program?: Promise<ProgramRun>;
    }
  /** The imports could not be processed, so that Lean looked at nothing else. */
  | { readonly end: 'header-failed' }
  | Cut
);

/** What was written to a process's own stdout and stderr. */
export interface Output {
  readonly stdout: KeptText;
  readonly stderr: KeptText;
}

/** What came of running a program. `not-run`: Lean ended without running it. */
export type ProgramRun = Output & ({ readonly end: 'finished' | 'not-run'; readonly exitCode: number } | Cut);

/** Disposing kills the sandbox. After a {@link Cut} nothing else can be done with it. */
export interface Lean extends AsyncDisposable {
  /** What its sandbox was made of. */
  readonly launch: LeanLaunch;
  /** Whether it can run `main` of a text itself; otherwise that takes a sandbox for programs. */
  readonly runsPrograms: boolean;
  /** Whether it answers nothing any more; {@link ended} settles a little later. Not: that the sandbox is gone. */
  readonly hasEnded: boolean;
  /** Settles as soon as nothing can be done with the sandbox any more. Not: that the sandbox is gone. Never rejects. */
  readonly ended: Promise<void>;

  /**
   * Does ahead of the first text what can be done: imports a header that texts will begin with, and warms up. Never rejects.
   *
   * @returns what Lean made of the header
   */
  prepare(header: string, deadline: Deadline): Promise<Elaboration>;

  /**
   * Elaborates a text until Lean has said everything about it, or something else ends that. Never rejects.
   *
   * @param onLine hears the first line (from 1) that is still being elaborated
   */
  elaborate(text: LeanText, deadline: Deadline, onLine?: (line: number) => void): Promise<Elaboration>;

  /** What the new part leaves to be proved, of a text that came to its end; and why no more was asked, if so. */
  openGoals(deadline: Deadline): Promise<OpenGoals & { readonly stopped?: StopReason }>;

  /** What the new part declares, in its order. Rejects when the process ends first. */
  declarations(): Promise<readonly Declaration[]>;

  /** Questions about places in the text; absent where this Lean answers none. */
  readonly questions?: Questions;

  /** What was written since the last time, by the text’s code and what it has started; Lean’s messages excepted. */
  takeOutput(): Output;

  /**
   * Kills the processes that texts have left running, and forgets what was written: so that what comes next is only what
   * the next text does. It says nothing about tasks within Lean’s own process, which nothing but its end can stop. Never
   * rejects.
   *
   * @returns whether it worked; otherwise the sandbox is of no further use
   */
  dropLeftOvers(): Promise<boolean>;

  /** Memory that the sandbox uses now; `undefined` when the engine does not say. */
  memoryUsage(): Promise<Bytes | undefined>;

  [Symbol.asyncDispose](): Promise<void>;
}
