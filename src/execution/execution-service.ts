/*
 * The contract that every front (MCP, command line) talks to: run Lean code, once or in a session. How the user's code
 * fares is a value; only failures of this program and its surroundings throw, as AppError.
 */
import type { KeptText } from '../core/bounded-text.ts';
import type { Bytes } from '../core/bytes.ts';
import type { SessionId } from '../core/ids.ts';
import type { ProjectFiles } from '../projects/project.ts';
import type { DeclaredConstants } from '../lean/declaration.ts';
import { isError, type Diagnostic, type OpenGoals } from '../lean/diagnostic.ts';
import type { CallOutcome } from '../telemetry/telemetry.ts';

/** Lean code to elaborate and, when it defines `main`, to run. */
export interface CodeRequest {
  readonly code: string;
  /** Arguments of `main`. */
  readonly args: readonly string[];
  /** Standard input of `main`. */
  readonly stdin: string;
  /** Limit of the run time in milliseconds; absent: the configured one. Clamped to the configured maximum. */
  readonly timeoutMs?: number;
  /** Whether the result is to tell what the code declares. */
  readonly wantsDeclarations?: boolean;
  /** Where it runs; absent: in the environment of the session, else in the first. */
  readonly environment?: string | undefined;
  /** Files that it can import; in a session, with those of its earlier steps. */
  readonly files?: ProjectFiles | undefined;
}

/** Code for a session; without a handle a new session is opened. */
export interface SessionCodeRequest extends CodeRequest {
  readonly sessionId?: SessionId;
}

/** What a caller hears while it waits. */
export type CallProgress =
  | { readonly phase: 'image' | 'sandbox' | 'elaborate' | 'run'; readonly message: string }
  /** Another part of many is done. Each is told, none replaces another. */
  | { readonly phase: 'items'; readonly message: string; readonly done: number; readonly total: number };

/** The caller's side of a call. */
export interface CallContext {
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CallProgress) => void;
}

/** Where the time went, in milliseconds. */
export interface Timings {
  /** Waiting for the call's turn. */
  readonly queue: number;
  /** Getting a sandbox: nothing when one was ready, else making one. */
  readonly sandbox: number;
  /** Lean's work on the text; on a cold start also Lean's own start and the imports. */
  readonly elaborate: number;
  /** The program, from its start to its end. */
  readonly run: number;
  readonly total: number;
  /** Whether Lean had to start or to import for this call, because no sandbox with its header was ready. */
  readonly coldStart?: boolean;
}

/** The place of a call in its session. */
export interface SessionStep {
  readonly sessionId: SessionId;
  /** How many calls the session has accepted. */
  readonly step: number;
  /** Whether the container had been lost, so that the earlier steps were replayed first. */
  readonly rebuilt: boolean;
}

/** What every outcome tells, as far as it was known when the call ended. */
interface ResultBase {
  readonly diagnostics: readonly Diagnostic[];
  /** What the code leaves to be proved; absent when Lean was not asked. */
  readonly openGoals?: OpenGoals;
  /** Lines of the call's code at which a `sorry` is left in a term, whatever Lean says of it; absent when it cannot be told. */
  readonly sorryLines?: readonly number[];
  /** What the code declares, with positions in it; absent when nobody wanted that, or Lean did not come so far. */
  readonly declared?: DeclaredConstants;
  readonly stdout: KeptText;
  readonly stderr: KeptText;
  readonly timings: Timings;
  /** Absent when no sandbox was needed to decide. */
  readonly leanVersion?: string;
  /** Where it ran; absent when there is no other environment. */
  readonly environment?: string;
  readonly session?: SessionStep;
  /** What else the caller should know about why the call is no success, and could do. */
  readonly advice?: string;
}

/** How a call ended. */
export type Outcome =
  /** Lean looked at everything; `exitCode` is there when a program ran. */
  | { readonly outcome: 'completed'; readonly exitCode?: number; readonly problem?: string }
  /** The code imports what the configuration forbids. */
  | { readonly outcome: 'import-refused'; readonly message: string }
  | { readonly outcome: 'timed-out'; readonly limitMs: number }
  | { readonly outcome: 'out-of-memory'; readonly limit: Bytes }
  /** `detail`: it was not the program’s output that was too much. */
  | { readonly outcome: 'output-limit'; readonly limit: Bytes; readonly detail?: string }
  /**
   * `lost`: the engine lost the sandbox, which is no fault of the code. `garbled`: Lean may be well, but what else came
   * on its stdout makes it unknown what it said.
   */
  | { readonly outcome: 'crashed'; readonly detail: string; readonly lost?: true; readonly garbled?: true }
  | { readonly outcome: 'cancelled' };

/** The outcomes that say nothing about the code. */
export type NotCompleted = Exclude<Outcome, { readonly outcome: 'completed' }>;

export type ExecutionResult = ResultBase & Outcome;

/** What a call has written for which nothing ran. */
export const noOutput: Pick<ResultBase, 'stdout' | 'stderr'> = {
  stdout: { text: '', omittedBytes: 0 },
  stderr: { text: '', omittedBytes: 0 },
};

export interface ExecutionService {
  /**
   * Runs code in a sandbox of its own.
   *
   * @throws AppError when there is no engine, no image, or the like
   */
  runCode(request: CodeRequest, context: CallContext): Promise<ExecutionResult>;

  /**
   * Runs code after everything that the session has accepted, and keeps it when Lean accepts it too.
   *
   * @throws AppError as {@link runCode}; `session-unknown`, `session-limit`
   */
  runInSession(request: SessionCodeRequest, context: CallContext): Promise<ExecutionResult>;
}

/** Whether Lean reported no error and the program, if there was one, returned 0. */
export function isSuccess(result: ExecutionResult): boolean {
  return (
    result.outcome === 'completed' &&
    result.problem === undefined &&
    (result.exitCode ?? 0) === 0 &&
    !result.diagnostics.some(isError)
  );
}

/** What became of a call that ran code, in a word. Completing says nothing yet: Lean or the program may have failed. */
export function callOutcomeOf(result: ExecutionResult): Exclude<CallOutcome, 'failed'> {
  if (result.outcome !== 'completed') return result.outcome;
  return isSuccess(result) ? 'success' : 'rejected';
}
