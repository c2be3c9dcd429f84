/*
 * Tries tactics at one place of a text, each against the same state: the text goes to Lean as it is, and then once with
 * each attempt in the place. Lean keeps what stands before, so an attempt costs what is behind its place. Attempts follow
 * one another on one server until one does not come to its end; then the next goes to a new server.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { noGoals } from '../lean/diagnostic.ts';
import { parseGoals } from '../lean/parse-goal.ts';
import { indentedLength, unbalanced } from '../lean/source/attempt.ts';
import { countLines } from '../lean/source/line-index.ts';
import { findBaseline } from './attempt-baseline.ts';
import { columnOf, findTarget } from './attempt-target.ts';
import type { Call } from './call.ts';
import { outcomeOfCut } from './outcomes.ts';
import type { AttemptResult, TryTacticsRequest, TryTacticsResult } from './proof-service.ts';
import { runAttempt, untried } from './run-attempt.ts';
import { suggestedAttempts, type SuggestedAttempt } from './suggested-attempts.ts';
import { Workplace } from './workplace.ts';

/**
 * Tries each attempt.
 *
 * @throws AppError `usage` for a place that is not in the text and for attempts that cannot be put there; as getting a
 *   sandbox does
 */
export async function tryTactics(call: Call, request: TryTacticsRequest): Promise<TryTacticsResult> {
  using workplace = new Workplace(call, request, 'asks');
  const { code } = workplace.extension.placed;
  const target = await findTarget(code, request.target);
  const column = columnOf(code, target);
  await requireUsable(request.attempts, column);
  const failure = await workplace.prepare();
  const nothing = { goals: noGoals, attempts: [] };
  if (failure !== undefined)
    return { ...failure.outcome, ...nothing, diagnostics: failure.diagnostics, ...workplace.facts };
  using limits = call.limits(workplace.launch, request.timeoutMs);
  const startedAt = performance.now();
  const found = await findBaseline(workplace, target, limits.deadline);
  const diagnostics = workplace.shown(found.diagnostics);
  if (found.kind === 'cut') return { ...outcomeOfCut(found.cut, limits), diagnostics, ...workplace.facts };
  if (found.kind === 'nothing') return { outcome: 'completed', ...nothing, diagnostics, ...workplace.facts };

  const planned: (Pick<AttemptResult, 'tactic'> | SuggestedAttempt)[] = request.attempts.map((tactic) => ({ tactic }));
  const attempts: AttemptResult[] = [];
  // Grows by what the given attempts suggest when all of those are done.
  for (const [index, { tactic, ...origin }] of planned.entries()) {
    call.tell('elaborate', `Trying attempt ${index + 1} of ${planned.length}`);
    // Another Lean gets to know the text first, so that this is not part of an attempt's time.
    if (!workplace.isReady) await workplace.elaborate({ text: found.compared.splice.text }, limits.deadline);
    const left = workplace.isReady ? limits.timeMs - (performance.now() - startedAt) : 0;
    const limitMs = Math.min(left, request.attemptTimeoutMs);
    const attempt = left <= 0 ? untried(tactic) : await runAttempt(call, workplace, found, tactic, limitMs);
    if (attempt === 'lost') return { ...outcomeOfCut({ end: attempt }, limits), diagnostics, ...workplace.facts };
    attempts.push({ ...attempt, ...origin });
    if (call.signal.aborted) return { outcome: 'cancelled', diagnostics, ...workplace.facts };
    if (request.follow === true && attempts.length === request.attempts.length) {
      planned.push(...(await suggestedAttempts(attempts, (text) => problemWith(text, column))));
    }
  }
  const { place } = found;
  return { outcome: 'completed', place, goals: parseGoals(found.goals), attempts, diagnostics, ...workplace.facts };
}

/** The longest an attempt may become by its indentation, in UTF-16 units. */
const maxPlacedLength = 1024 * 1024;

/**
 * @param column where attempts begin; their other lines are indented as far
 * @throws AppError `usage`
 */
async function requireUsable(attempts: readonly string[], column: number): Promise<void> {
  for (const [index, tactic] of attempts.entries()) {
    const problem = await problemWith(tactic, column);
    if (problem === undefined) continue;
    throw new AppError(failures.usage.attempt, `Attempt ${index + 1} cannot be tried: ${problem}.`);
  }
}

/** Why an attempt cannot be put in. */
async function problemWith(tactic: string, column: number): Promise<string | undefined> {
  return tactic.trim() === '' ? 'it is empty' : (tooLong(tactic, column) ?? (await unbalanced(tactic)));
}

function tooLong(tactic: string, column: number): string | undefined {
  const length = indentedLength(tactic, column);
  if (length <= maxPlacedLength) return undefined;
  return `its ${countLines(tactic)} lines, each indented to column ${column}, have ${length} characters, and ${maxPlacedLength} are the most: begin the proof on a line of its own`;
}
