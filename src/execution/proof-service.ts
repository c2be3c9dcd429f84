/*
 * The third contract for fronts: questions about a text and attempts at its proofs. Nothing is kept of either. As in the
 * execution service, how the text fares is a value; only failures of this program and its surroundings throw.
 */
import type { SessionId } from '../core/ids.ts';
import type { ProjectFiles } from '../projects/project.ts';
import type { Diagnostic, GoalList, Position, Span } from '../lean/diagnostic.ts';
import type { InspectionAnswer, InspectionKind } from '../lean/inspection.ts';
import type { CallContext, NotCompleted, SessionStep, Timings } from './execution-service.ts';

export type { InspectionAnswer, InspectionKind } from '../lean/inspection.ts';

/** The text in question: code on its own, code behind what a session has accepted, or (without code) that itself. */
export interface TextRequest {
  readonly code?: string;
  readonly sessionId?: SessionId;
  /** Where it is elaborated; absent: in the environment of the session, else in the first. */
  readonly environment?: string | undefined;
  /** Files that it can import; in a session, with those that it has. */
  readonly files?: ProjectFiles | undefined;
  /** Limit of the run time in milliseconds, as for code that is run. */
  readonly timeoutMs?: number;
}

export interface InspectRequest extends TextRequest {
  readonly position: Position;
  readonly what: InspectionKind;
}

/** Where to try: in the place of a `sorry`, or of what stands at a position. */
export type AttemptTarget = { readonly sorry: number } | { readonly line: number; readonly column?: number };

export interface TryTacticsRequest extends TextRequest {
  readonly target: AttemptTarget;
  readonly attempts: readonly string[];
  /** Limit for each attempt in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Whether what attempts suggest is tried behind them, too. */
  readonly follow?: boolean | undefined;
}

/** How an attempt ended. */
export type AttemptVerdict =
  /** The goal is proved, and nothing else became worse: Lean accepted it. */
  | 'closed'
  /** It works, and leaves something to prove. */
  | 'goals-left'
  /** Lean rejects it. */
  | 'failed'
  /** The goal is gone, but Lean now rejects something elsewhere. */
  | 'breaks-other'
  /** It works only because it leaves something open with `sorry` itself. */
  | 'uses-sorry'
  | 'timed-out'
  | 'out-of-memory'
  | 'output-limit'
  | 'crashed'
  /** The time for all attempts was over before. */
  | 'not-tried';

/** What came of an attempt. */
export interface AttemptResult {
  readonly tactic: string;
  /** The number, from 1, of the attempt of which it is what Lean suggested. */
  readonly suggestedBy?: number;
  readonly verdict: AttemptVerdict;
  /** What it leaves to prove. */
  readonly goals: GoalList;
  /** Lean's messages about it; positions are in the attempt. */
  readonly diagnostics: readonly Diagnostic[];
  /** Errors that are new elsewhere; positions are in the text as it was given. */
  readonly elsewhere: readonly Diagnostic[];
  /** Whether the declaration still rests on a `sorry` elsewhere, in itself or in what it uses. */
  readonly declarationUsesSorry: boolean;
  /** What else is known about the verdict. */
  readonly detail?: string;
  readonly elapsedMs: number;
}

/** Where attempts were put. */
export interface AttemptPlace {
  /** What an attempt replaces; empty where it is put in between. */
  readonly span: Span;
  /** In the place of a term an attempt goes in as `(by …)`. */
  readonly kind: 'tactic' | 'term';
  readonly sorry?: number;
}

/** What every answer tells, as far as it was known when the call ended. */
interface ProofResultBase {
  /** Lean's messages about the text itself. */
  readonly diagnostics: readonly Diagnostic[];
  readonly timings: Timings;
  readonly leanVersion?: string;
  /** Where it was elaborated; absent when there is no other environment. */
  readonly environment?: string;
  readonly session?: SessionStep;
}

export type InspectionResult = ProofResultBase &
  /** Without an answer where Lean has nothing at that place. */
  (NotCompleted | { readonly outcome: 'completed'; readonly answer?: InspectionAnswer });

export type TryTacticsResult = ProofResultBase &
  (
    | NotCompleted
    /** Without a place where Lean has no goal, so that nothing was tried. */
    | {
        readonly outcome: 'completed';
        readonly place?: AttemptPlace;
        /** What the attempts are to prove. */
        readonly goals: GoalList;
        readonly attempts: readonly AttemptResult[];
      }
  );

/** Methods throw AppError when there is no engine, no image or the like; `session-unknown`; `usage` for places that are not in the text. */
export interface ProofService {
  /** Asks Lean about a place. */
  inspect(request: InspectRequest, context: CallContext): Promise<InspectionResult>;
  /** Tries each attempt at the same place against the same state. */
  tryTactics(request: TryTacticsRequest, context: CallContext): Promise<TryTacticsResult>;
}
