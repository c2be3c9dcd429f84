import type { Deadline } from '../core/deadline.ts';
import type { InspectionAnswer } from '../lean/inspection.ts';
import { hoveredName } from '../lean/hovered-name.ts';
import { inspectPlace } from '../lean/inspect-place.ts';
import { isCut } from '../lean/lean.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { offsetInText } from '../lean/source/place-in-text.ts';
import type { Session } from '../sessions/session.ts';
import type { CallEnvironment } from './call-environment.ts';
import { CallLimits } from './call-limits.ts';
import { forcedOutcome } from './check-and-run.ts';
import type { CallContext, NotCompleted } from './execution-service.ts';
import type { InspectionResult, InspectRequest } from './proof-service.ts';
import { shownDiagnostics, TextSandbox, type ElaboratedText } from './text-sandbox.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * Asks Lean about a place in a text, of which nothing is kept.
 *
 * @throws AppError `usage` when the place is not in the text; as getting a sandbox does
 */
export async function inspect(
  session: Session | undefined,
  request: InspectRequest,
  environment: CallEnvironment,
  wantedLaunch: LeanLaunch,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<InspectionResult> {
  using sandbox = new TextSandbox(session, request.code, environment, wantedLaunch, context, stopwatch);
  const { text } = sandbox;
  const offset = offsetInText(text, request.position);
  const launch = await sandbox.prepare();
  using limits = new CallLimits(environment, launch, request.timeoutMs, context.signal);
  const elaborated = await sandbox.elaborate(text, limits.deadline);
  const told = { diagnostics: shownDiagnostics(elaborated), leanVersion: launch.toolchain.version };
  const end = (outcome: NotCompleted): InspectionResult => ({ ...outcome, ...told, timings: stopwatch.read() });
  if (isCut(elaborated)) return end(forcedOutcome(elaborated, limits));
  if (elaborated.end === 'header-failed') return { outcome: 'completed', ...told, timings: stopwatch.read() };
  const asking = stopwatch.measure('elaborate', ask(elaborated, offset, request, sandbox, limits.deadline));
  const answer = await Promise.race([asking, limits.deadline.stopped]);
  if (typeof answer === 'string' || elaborated.server.hasEnded) sandbox.giveUp();
  if (typeof answer === 'string') return end(forcedOutcome({ end: answer }, limits));
  if (answer === undefined && elaborated.server.hasEnded) {
    return end({ outcome: 'crashed', detail: 'Lean’s process ended when it was asked about the place' });
  }
  return { outcome: 'completed', ...(answer && { answer }), ...told, timings: stopwatch.read() };
}

/** Lean's answer; none when it refuses. */
async function ask(
  elaborated: ElaboratedText,
  offset: number,
  { what }: InspectRequest,
  sandbox: TextSandbox,
  deadline: Deadline,
): Promise<InspectionAnswer | undefined> {
  const { placed } = elaborated;
  const answer = await inspectPlace(elaborated, placed.inText(offset), what).catch(() => undefined);
  if (answer?.what !== 'definition' || answer.definitions.some(({ text }) => text !== undefined)) return answer;
  const about = hoveredName(answer.markdown ?? '');
  if (about === undefined) return answer;
  const printed = await sandbox.answerBehind(placed.code, `#print ${about.name}`, deadline);
  const from = about.module === undefined ? '' : `\n(in the module ${about.module})`;
  return { ...answer, ...(printed !== undefined && { printed: printed.trimEnd() + from }) };
}
