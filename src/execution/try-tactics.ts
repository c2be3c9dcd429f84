/*
 * Tries tactics at one place of a text, each against the same state: the text goes to Lean as it is, and then once with
 * each attempt in the place. Lean keeps what stands before, so an attempt costs what is behind its place. Attempts follow
 * one another on one server until one does not come to its end; then the next goes to a new server.
 */
import { AppError } from '../core/app-error.ts';
import { noGoals } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { parseGoals } from '../lean/parse-goal.ts';
import { unbalanced } from '../lean/source/attempt.ts';
import { countLines } from '../lean/source/line-index.ts';
import type { Session } from '../sessions/session.ts';
import { findBaseline } from './attempt-baseline.ts';
import { columnOf, findTarget } from './attempt-target.ts';
import type { CallEnvironment } from './call-environment.ts';
import { CallLimits } from './call-limits.ts';
import { forcedOutcome } from './check-and-run.ts';
import type { CallContext, NotCompleted } from './execution-service.ts';
import type { AttemptResult, TryTacticsRequest, TryTacticsResult } from './proof-service.ts';
import { runAttempt, untried } from './run-attempt.ts';
import type { Stopwatch } from './stopwatch.ts';
import { shownDiagnostics, TextSandbox } from './text-sandbox.ts';

/**
 * Tries each attempt.
 *
 * @throws AppError `usage` for a place that is not in the text and for attempts that cannot be put there; as getting a
 *   sandbox does
 */
export async function tryTactics(
  session: Session | undefined,
  request: TryTacticsRequest,
  environment: CallEnvironment,
  wantedLaunch: LeanLaunch,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<TryTacticsResult> {
  using sandbox = new TextSandbox(session, request.code, environment, wantedLaunch, context, stopwatch);
  const { text } = sandbox;
  const target = await findTarget(text, request.target);
  await requireUsable(request.attempts, columnOf(text, target));
  const launch = await sandbox.prepare();
  using limits = new CallLimits(environment, launch, request.timeoutMs, context.signal);
  const startedAt = performance.now();
  const found = await findBaseline(sandbox, text, target, limits);
  const told = { diagnostics: shownDiagnostics(found.elaborated), leanVersion: launch.toolchain.version };
  const end = (outcome: NotCompleted): TryTacticsResult => ({ ...outcome, ...told, timings: stopwatch.read() });
  if (found.kind === 'cut') return end(forcedOutcome(found.cut, limits));
  if (found.kind === 'nothing') {
    return { outcome: 'completed', goals: noGoals, attempts: [], ...told, timings: stopwatch.read() };
  }

  const attempts: AttemptResult[] = [];
  for (const [index, tactic] of request.attempts.entries()) {
    context.onProgress({ phase: 'elaborate', message: `Trying attempt ${index + 1} of ${request.attempts.length}` });
    // A new server gets to know the text first, so that this is not part of an attempt's time.
    if (!sandbox.hasServer) await sandbox.elaborate(found.compared.splice.text, limits.deadline);
    const left = sandbox.hasServer ? limits.timeMs - (performance.now() - startedAt) : 0;
    const limitMs = Math.min(left, request.attemptTimeoutMs);
    attempts.push(left <= 0 ? untried(tactic) : await runAttempt(sandbox, text, found, tactic, limitMs, context));
    if (context.signal.aborted) return end({ outcome: 'cancelled' });
  }
  const goals = parseGoals(found.goals);
  return { outcome: 'completed', place: found.place, goals, attempts, ...told, timings: stopwatch.read() };
}

/** The longest an attempt may become by its indentation, in UTF-16 units. */
const longestPlaced = 1024 * 1024;

/**
 * @param column where attempts begin; their other lines are indented as far
 * @throws AppError `usage`
 */
async function requireUsable(attempts: readonly string[], column: number): Promise<void> {
  for (const [index, tactic] of attempts.entries()) {
    const problem = tactic.trim() === '' ? 'it is empty' : (tooLong(tactic, column) ?? (await unbalanced(tactic)));
    if (problem === undefined) continue;
    throw new AppError('usage', `Attempt ${index + 1} cannot be tried: ${problem}.`, {
      hint: 'An attempt is one or more whole tactics; it is put into parentheses. Nothing was tried.',
    });
  }
}

function tooLong(tactic: string, column: number): string | undefined {
  const lines = countLines(tactic);
  const length = tactic.length + lines * column;
  if (length <= longestPlaced) return undefined;
  return `its ${lines} lines, each indented to column ${column}, have ${length} characters, and ${longestPlaced} are the most: begin the proof on a line of its own`;
}
