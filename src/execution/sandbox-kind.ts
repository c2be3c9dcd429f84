import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { Deadline } from '../core/deadline.ts';
import { headlineOf } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Lean } from '../lean/lean.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import { ProgramSandbox } from '../lean/program-run.ts';
import type { ItemKind } from '../pool/item-kind.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';

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

/** What sandboxes are made with. */
export interface SandboxMaking {
  readonly driver: SandboxDriver;
  /** Starts Lean in a sandbox of its own. Throws what {@link SandboxDriver.start} throws. */
  readonly startLean: (launch: LeanLaunch, signal: AbortSignal) => Promise<Lean>;
  /** Starts one that answers questions about places in a text. Throws the same. */
  readonly startQuestions: (launch: LeanLaunch, signal: AbortSignal) => Promise<Lean>;
  /** The image of an environment as it is now. Throws AppError. */
  readonly currentLaunch: (environment: string) => Promise<LeanLaunch>;
  readonly output: OutputLimits;
}

/** The kinds of sandboxes, each with how it is made. */
export class SandboxKinds {
  readonly #making: SandboxMaking;

  constructor(making: SandboxMaking) {
    this.#making = making;
  }

  /** @param header absent: without any document */
  lean(environment: string, header?: string, kind: 'lean' | 'questions' = 'lean'): LeanKind {
    const key: SandboxKey = { environment, kind, ...(header !== undefined && { header }) };
    const make: LeanKind['make'] = async (signal) => {
      const { startLean, startQuestions, currentLaunch } = this.#making;
      const start = kind === 'lean' ? startLean : startQuestions;
      const server = await start(await currentLaunch(environment), signal);
      if (header !== undefined) await importHeader(server, header, signal);
      return server;
    };
    return { ...key, name: nameOf(key), keptOnDemand: header !== undefined, group: environment, make };
  }

  program(environment: string): ProgramKind {
    const key: SandboxKey = { environment, kind: 'program' };
    const make: ProgramKind['make'] = async (signal) => {
      const { driver, currentLaunch, output } = this.#making;
      return await ProgramSandbox.start(driver, await currentLaunch(environment), output, signal);
    };
    return { ...key, name: nameOf(key), keptOnDemand: false, group: environment, make };
  }
}

/** A name that only the same key has. */
function nameOf({ environment, kind, header }: SandboxKey): string {
  return JSON.stringify([environment, kind, header]);
}

/** How long importing a header may take when nobody waits for it, in milliseconds. */
const warmUpLimitMs = 300_000;

/** Has the server import a header; destroys it when that does not work. */
async function importHeader(server: Lean, header: string, signal: AbortSignal): Promise<void> {
  using deadline = new Deadline(warmUpLimitMs, signal);
  const { end, diagnostics } = await server.prepare(header, deadline);
  if (end === 'finished') return;
  await server[Symbol.asyncDispose]();
  signal.throwIfAborted();
  const [said] = diagnostics;
  const why = said === undefined ? end : headlineOf(said);
  throw new AppError(
    failures['engine-failed'].headerNotImported,
    `Lean could not import ${JSON.stringify(header.trim())} ahead of time: ${why}`,
  );
}
