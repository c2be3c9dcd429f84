/*
 * A call in a session: the code is appended to the accepted text, and kept when Lean accepts it. Whatever else happens,
 * the session's text stays as it was; a Lean that cannot go on is destroyed, and the next call makes a new one that
 * replays the text.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { firstError, isError } from '../lean/diagnostic.ts';
import { countLines } from '../lean/source/line-index.ts';
import { documentText, type SessionSource } from '../sessions/session-source.ts';
import type { ProjectFiles } from '../projects/project.ts';
import type { Session } from '../sessions/session.ts';
import type { CallEnvironment, CallInSession } from './call.ts';
import { checkAndRun, endedEarly, programIn } from './check-and-run.ts';
import type { CodeRequest, ExecutionResult, Outcome } from './execution-service.ts';
import { redefinitionAdvice } from './redefinition-advice.ts';
import { describeRejectedStep } from './rejected-step.ts';
import { stepToKeep, type KeptStep } from './step-to-keep.ts';
import { Workplace } from './workplace.ts';

/**
 * Runs code in a session, whose turn it is.
 *
 * @throws AppError when there is no engine, no image, or the like; `session-full`
 */
export async function runInSession(call: CallInSession, request: CodeRequest): Promise<ExecutionResult> {
  const { environment, session } = call;
  using workplace = new Workplace(call, request, 'runs');
  const { source, newFrom } = workplace.extension;
  const { changedFiles: files } = workplace;
  requireRoom(session, source, files, environment);
  const input = await programIn(request);
  const failure = await workplace.prepare(input !== undefined);
  if (failure !== undefined) return endedEarly(failure, workplace);

  using limits = call.limits(workplace.launch, request.timeoutMs);
  const text = { text: documentText(source), newFrom, goesOn: true, wanted: ['goals', 'declarations'] as const };
  let step: KeptStep | undefined;
  const whenAccepted = async (): Promise<Outcome | undefined> => {
    const kept = await stepToKeep(call, workplace, limits);
    if ('outcome' in kept) return kept;
    step = kept;
    return undefined;
  };
  const { outcome, accepted, earlier, said } = await checkAndRun(
    call,
    workplace,
    { request, text, input, whenAccepted },
    limits,
  );
  const isCompleted = outcome.outcome === 'completed';
  if (isCompleted && accepted && step !== undefined) {
    await environment.sessions.keep(session, [
      ...session.steps,
      { ...step, ...(files.size > 0 && { files }), acceptedAt: new Date() },
    ]);
  }
  const earlierError = isCompleted ? firstError(earlier) : undefined;
  const problem = earlierError && describeRejectedStep(source, earlierError, 'extended');
  const advice =
    redefinitionAdvice(session, said.diagnostics) ?? (said.diagnostics.some(isError) ? problem : undefined);
  return {
    ...(problem === undefined ? outcome : { outcome: 'completed', problem }),
    ...(advice !== undefined && { advice }),
    ...said,
    diagnostics: [...workplace.saidOfFiles, ...said.diagnostics],
    ...workplace.facts,
  };
}

/** @throws AppError `session-full` when the text is longer than that of a session may be */
function requireRoom(
  session: Session,
  extended: SessionSource,
  files: ProjectFiles,
  { sessionText: most }: CallEnvironment,
): void {
  const text = documentText(extended);
  const kept = [...session.steps.flatMap((step) => [...(step.files ?? [])]), ...files];
  const bytes = kept.reduce((sum, [, file]) => sum + Buffer.byteLength(file), Buffer.byteLength(text));
  const lines = countLines(text);
  if (bytes <= most.bytes && lines <= most.lines) return;
  const [size, limit] = bytes > most.bytes ? [bytes, `${most.bytes} bytes`] : [lines, `${most.lines} lines`];
  const steps = session.steps.length;
  throw new AppError(
    failures['session-full'].textTooLong,
    `With this code session ${session.id} would have ${size} of at most ${limit} of text (sessions.max_text); it has ${steps} steps now.`,
  );
}
