/* What is told of a call to whoever watches: what it is about, and how it ended, as the tool knows both. */
import type { AppErrorCode } from '../core/failures/failure.ts';
import { callOutcomeOf, type ExecutionResult, type Timings } from '../execution/execution-service.ts';
import type { InspectionResult, TryTacticsResult } from '../execution/proof-service.ts';
import type { ProjectResult } from '../execution/project-service.ts';
import type { VerifyResult } from '../execution/verify-service.ts';
import type { CallOutcome } from '../telemetry/telemetry.ts';

/** What a call is about, as its arguments say. */
export interface CallSubject {
  /** The Lean texts that came with it, by the names of their arguments. */
  readonly texts?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly sessionId?: string | undefined;
}

/** How a call ended that gave a result. */
export interface CallFacts {
  readonly outcome: Exclude<CallOutcome, 'failed'>;
  /** The session that it opened, or was in. */
  readonly sessionId?: string;
  /** Where it ran; absent when there is no other environment. */
  readonly environment?: string | undefined;
  /** Absent when Lean had nothing to do with it. */
  readonly timings?: Timings;
}

/** How a call ended, whichever way. */
export type CallEnd = CallFacts | { readonly outcome: 'failed'; readonly error: AppErrorCode };

/** The subject of tools that take a session and no text. */
export function ofSession({ session_id: sessionId }: { readonly session_id?: string }): CallSubject {
  return { sessionId };
}

/** Of code that was to be run. */
export function factsOfExecution(result: ExecutionResult): CallFacts {
  return { outcome: callOutcomeOf(result), ...factsOfLean(result) };
}

/** Of a question about a text. That Lean has nothing to say there is an answer. */
export function factsOfInspection(result: InspectionResult): CallFacts {
  return { outcome: result.outcome === 'completed' ? 'success' : result.outcome, ...factsOfLean(result) };
}

/** Of attempts at a proof. How many of them prove it is nothing that the call could do better. */
export function factsOfAttempts(result: TryTacticsResult): CallFacts {
  if (result.outcome !== 'completed') return { outcome: result.outcome, ...factsOfLean(result) };
  return { outcome: result.place === undefined ? 'nothing-done' : 'success', ...factsOfLean(result) };
}

/** Of verdicts. Where one is undecided, it is not known what there was to object. */
export function factsOfVerification({ verifications, timings, environment }: VerifyResult): CallFacts {
  const verdicts = new Set(verifications.map(({ verdict }) => verdict));
  const undecided = verdicts.has('undecided') ? 'nothing-done' : 'success';
  return { outcome: verdicts.has('not-verified') ? 'rejected' : undecided, timings, environment };
}

/** Of a project. Where nothing is rejected and something is not known, nobody knows what there was to object. */
export function factsOfProject({ modules, timings }: ProjectResult): CallFacts {
  const outcomes = new Set(modules.map(({ outcome }) => outcome.outcome));
  const unknown = outcomes.has('unfinished') || outcomes.has('not-checked') ? 'nothing-done' : 'success';
  return { outcome: outcomes.has('rejected') ? 'rejected' : unknown, timings };
}

function factsOfLean({
  timings,
  session,
  environment,
}: ExecutionResult | InspectionResult | TryTacticsResult): Omit<CallFacts, 'outcome'> {
  return { timings, environment, ...(session && { sessionId: session.sessionId }) };
}
