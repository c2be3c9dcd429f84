/*
 * The earlier steps of a session in a new container, before the code of a call comes behind them. They have their own time
 * limit, the longest one: many steps may each have taken their time. What they print is not the call's.
 */
import { firstError, type Diagnostic } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { isCut, type Lean } from '../lean/lean.ts';
import { documentText, type Extension, type SessionSource } from '../sessions/session-source.ts';
import type { CallEnvironment } from './call-environment.ts';
import { CallLimits } from './call-limits.ts';
import { forcedOutcome } from './check-and-run.ts';
import type { CallContext, Outcome } from './execution-service.ts';
import { describeRejectedStep } from './rejected-step.ts';
import type { Stopwatch } from './stopwatch.ts';

/** How a call ends whose session's earlier steps did not come through. */
export interface ReplayFailure {
  readonly outcome: Outcome;
  /** What Lean says about the imports that the call brings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly advice?: string;
}

/**
 * Replays the steps.
 *
 * @param before the steps as they were accepted
 * @param extension the same with the call behind them, and with its imports
 * @returns `undefined` when Lean accepts the steps again
 */
export async function replaySteps(
  server: Lean,
  before: SessionSource,
  extension: Extension,
  launch: LeanLaunch,
  environment: CallEnvironment,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<ReplayFailure | undefined> {
  const source = { header: extension.source.header, steps: before.steps };
  const total = countSteps(source.steps.length);
  context.onProgress({ phase: 'elaborate', message: `Replaying ${total} of the session` });
  using limits = new CallLimits(environment, launch, environment.maxTimeoutMs, context.signal);
  const replaying = server.elaborate({ text: documentText(source) }, limits.deadline);
  const elaboration = await stopwatch.measure('elaborate', replaying);
  if (!isCut(elaboration)) await server.dropLeftOvers();
  if (isCut(elaboration)) {
    const advice = `This happened while ${total} of the session, accepted before, ran again in a new container, not in the code of this call. If it happens again, take steps back with rewind-session.`;
    return { outcome: forcedOutcome(elaboration, limits), diagnostics: [], advice };
  }
  const { diagnostics } = elaboration;
  const error = firstError(diagnostics);
  if (elaboration.end === 'finished' && elaboration.accepted) return undefined;
  const ofImports = diagnostics.flatMap((diagnostic) => extension.toCall(diagnostic) ?? []);
  if (ofImports.length > 0) return { outcome: { outcome: 'completed' }, diagnostics: ofImports };
  const look = source.header === before.header ? 'replayed' : 'imports';
  return { outcome: { outcome: 'completed', problem: describeRejectedStep(source, error, look) }, diagnostics: [] };
}

function countSteps(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}
