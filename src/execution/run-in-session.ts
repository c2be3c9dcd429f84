/*
 * A call in a session: the code is appended to the accepted text, and kept when Lean accepts it. Whatever else happens,
 * the session's text stays as it was; a server that cannot go on is destroyed, and the next call makes a new one that
 * replays the text. `main` is run and not kept, so Lean also looks at the text without it before the step is accepted.
 */
import type { Deadline } from '../core/deadline.ts';
import { AppError } from '../core/app-error.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import { firstError, headlineOf, isError, type Diagnostic } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { isCut, type Lean } from '../lean/lean.ts';
import type { Declaration } from '../lean/declaration.ts';
import { hasExitCommand } from '../lean/source/exit-command.ts';
import { countLines } from '../lean/source/line-index.ts';
import { plainHeader } from '../lean/source/plain-header.ts';
import { findMain } from '../lean/source/main-definition.ts';
import {
  blankInLastStep,
  documentText,
  extend,
  type Extension,
  type SessionSource,
} from '../sessions/session-source.ts';
import type { Session } from '../sessions/session.ts';
import type { CallEnvironment } from './call-environment.ts';
import { disposeLater } from './dispose-later.ts';
import { CallLimits } from './call-limits.ts';
import { leaseSandboxes, type CallSandboxes, type WantedSandboxes } from './call-sandboxes.ts';
import { checkAndRun, forcedOutcome } from './check-and-run.ts';
import { definedNames, type DefinedNames } from './defined-names.ts';
import type { CallContext, CodeRequest, ExecutionResult, Outcome } from './execution-service.ts';
import { mainCommand } from './main-command.ts';
import { redefinitionAdvice } from './redefinition-advice.ts';
import { describeRejectedStep } from './rejected-step.ts';
import { replaySteps } from './replay.ts';
import { noteHeader, resultWithoutLean } from './run-once.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * Runs code in a session, whose turn it is.
 *
 * @throws AppError when there is no engine, no image, or the like; `session-unknown` when the session is closed meanwhile
 */
export async function runInSession(
  session: Session,
  request: CodeRequest,
  environment: CallEnvironment,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<ExecutionResult> {
  using either = new JoinedSignal([context.signal, session.closing]);
  const { signal } = either;
  return await new SessionCall(session, request, environment, { ...context, signal }, stopwatch).run();
}

class SessionCall {
  readonly #session: Session;
  readonly #request: CodeRequest;
  readonly #environment: CallEnvironment;
  readonly #context: CallContext;
  readonly #stopwatch: Stopwatch;

  constructor(
    session: Session,
    request: CodeRequest,
    environment: CallEnvironment,
    context: CallContext,
    stopwatch: Stopwatch,
  ) {
    this.#session = session;
    this.#request = request;
    this.#environment = environment;
    this.#context = context;
    this.#stopwatch = stopwatch;
  }

  async run(): Promise<ExecutionResult> {
    const session = this.#session;
    await dropLeftOvers(session, this.#environment);
    const { source, lostServer: rebuilt } = session;
    requireRoom(session, extend(source, this.#request.code).source, this.#environment);
    const wantedLaunch = await this.#environment.launch(this.#context);
    const wanted = this.#wantedServer();
    const hasProgram = (await findMain(this.#request.code)) !== undefined;
    const sandboxes = await leaseSandboxes(
      this.#environment,
      wantedLaunch,
      { ...wanted, hasProgram },
      this.#context,
      this.#stopwatch,
    );
    const { launch } = sandboxes.server;
    const extension = extend(source, this.#request.code, sandboxes.header);
    const failure = wanted.present === undefined ? await this.#useServer(launch, extension, sandboxes) : undefined;
    const result = failure ?? (await this.#check(launch, extension, sandboxes));
    session.requireOpen();
    const place = { sessionId: session.id, step: session.steps.length, rebuilt };
    return { ...result, timings: this.#stopwatch.read(), leanVersion: launch.toolchain.version, session: place };
  }

  /** The session's server, if it can go on with this call, else the header that a new one should have. */
  #wantedServer(): Pick<WantedSandboxes, 'present' | 'header'> {
    const { source, server: present } = this.#session;
    const { code } = this.#request;
    const plain = source.steps.length === 0 ? plainHeader(code) : undefined;
    const { header } = extend(source, code).source;
    if (present !== undefined && (present.header === header || present.header === plain)) {
      return { present: { server: present.server, header: present.header, wasWarm: true }, header };
    }
    // A session keeps the header that it began with, to the letter.
    const isPlain = plain !== undefined || plainHeader(header) === header;
    return { header: isPlain ? (plain ?? header) : undefined };
  }

  /**
   * Has a new server elaborate the earlier steps; only then does it become the session's. One that the session has already,
   * with other imports, stays when these do not work.
   *
   * @returns the call's result when the steps do not come through
   */
  async #useServer(
    launch: LeanLaunch,
    extension: Extension,
    { server, program }: CallSandboxes,
  ): Promise<ExecutionResult | undefined> {
    const { logger } = this.#environment;
    const before = this.#session.source;
    const failure =
      before.steps.length === 0
        ? undefined
        : await replaySteps(server, before, extension, launch, this.#environment, this.#context, this.#stopwatch);
    if (failure === undefined) {
      disposeLater(this.#session.attach({ server, header: extension.source.header }), logger);
      return undefined;
    }
    disposeLater(server, logger);
    disposeLater(program, logger);
    const { outcome, ...said } = failure;
    return { ...resultWithoutLean(outcome, this.#stopwatch), ...said };
  }

  async #check(
    launch: LeanLaunch,
    extension: Extension,
    { server, program }: CallSandboxes,
  ): Promise<Omit<ExecutionResult, 'timings'> & Outcome> {
    using limits = new CallLimits(this.#environment, launch, this.#request.timeoutMs, this.#context.signal);
    const text = documentText(extension.source);
    const { linesBefore } = extension;
    const hasProgram =
      program !== undefined || (server.runsPrograms && (await findMain(this.#request.code)) !== undefined);
    const earlierErrors: Diagnostic[] = [];
    let kept = extension.source;
    let defined: DefinedNames | undefined;
    const checked = await checkAndRun(
      {
        server,
        text: { text, newFrom: callStart(extension.source), wanted: ['goals', 'declarations'] },
        linesBefore,
        toCall: (diagnostic) => {
          const inCall = extension.toCall(diagnostic);
          if (inCall === undefined && isError(diagnostic)) earlierErrors.push(diagnostic);
          return inCall;
        },
        ...(hasProgram && { program: { sandbox: program, input: { ...this.#request, source: text } } }),
        whenAccepted: async () => {
          if (await hasExitCommand(this.#request.code)) return cannotKeep(hidesTheRest);
          if (hasProgram) {
            const without = await withoutMain(server, extension, this.#request.code, limits.deadline);
            if ('outcome' in without) return without;
            kept = without;
            const objection = await objectionTo(server, without, extension, limits);
            if (objection !== undefined) return objection;
          }
          const code = kept.steps.at(-1) ?? '';
          const declarations = await declarationsOf(server, limits.deadline);
          defined = await definedNames(declarations, this.#session.steps, code, callStart(kept));
          return undefined;
        },
      },
      limits,
      this.#environment,
      this.#context,
      this.#stopwatch,
    );
    const { accepted, headerFailed, isStuck, ...said } = checked;
    const completed = said.outcome.outcome === 'completed';
    if (completed && accepted) {
      const step = {
        header: kept.header,
        code: kept.steps.at(-1) ?? '',
        names: [],
        ...defined,
        acceptedAt: new Date(),
      };
      await this.#environment.sessions.keep(this.#session, [...this.#session.steps, step]);
    }
    // A program that was stopped may have had a sandbox of its own; anything else that was stopped was the session's server.
    // One whose imports failed is of no use either.
    const isStopped = !completed && (!accepted || server.runsPrograms);
    if (isStopped || isStuck || headerFailed || server.hasEnded)
      disposeLater(this.#session.detach(), this.#environment.logger);
    noteHeader(this.#environment, launch, plainHeader(extension.source.header), headerFailed);

    const [earlierError] = earlierErrors;
    const rejected =
      completed && earlierError !== undefined
        ? describeRejectedStep(extension.source, earlierError, 'extended')
        : undefined;
    const hasOwnErrors = said.diagnostics.some(isError);
    const advice = redefinitionAdvice(this.#session, said.diagnostics) ?? (hasOwnErrors ? rejected : undefined);
    return {
      ...said,
      ...(rejected === undefined ? said.outcome : { outcome: 'completed', problem: rejected }),
      ...(advice !== undefined && { advice }),
    };
  }
}

/** What questions and steps before this call have left running must not write into its answer. */
async function dropLeftOvers(session: Session, { logger }: CallEnvironment): Promise<void> {
  const isClean = (await session.server?.server.dropLeftOvers()) ?? true;
  if (!isClean) disposeLater(session.detach(), logger);
}

/** @throws AppError `session-full` when the text is longer than that of a session may be */
function requireRoom(session: Session, extended: SessionSource, { sessionText: most }: CallEnvironment): void {
  const text = documentText(extended);
  const bytes = Buffer.byteLength(text);
  const lines = countLines(text);
  if (bytes <= most.bytes && lines <= most.lines) return;
  const [size, limit] = bytes > most.bytes ? [bytes, `${most.bytes} bytes`] : [lines, `${most.lines} lines`];
  const steps = session.steps.length;
  throw new AppError(
    'session-full',
    `With this code session ${session.id} would have ${size} of at most ${limit} of text (sessions.max_text); it has ${steps} steps now.`,
    {
      hint: 'Nothing was run. Take back steps that are no longer needed with rewind-session, go on from an earlier step with fork-session, or start a new session with the definitions that matter.',
    },
  );
}

/** Where the last step begins in the text. */
function callStart(source: SessionSource): number {
  return documentText(source).length - (source.steps.at(-1) ?? '').length;
}

/** What Lean has against the text without `main`, if anything. */
async function objectionTo(
  server: Lean,
  source: SessionSource,
  extension: Extension,
  limits: CallLimits,
): Promise<Outcome | undefined> {
  const text = { text: documentText(source), newFrom: callStart(source), wanted: ['declarations'] as const };
  const elaboration = await server.elaborate(text, limits.deadline);
  if (isCut(elaboration)) return forcedOutcome(elaboration, limits);
  const error = firstError(elaboration.diagnostics);
  if (error === undefined) return undefined;
  const { start } = extension.toCall(error) ?? error;
  return cannotKeep(dependsOnMain(start.line, error));
}

function cannotKeep(problem: string): Outcome {
  return { outcome: 'completed', problem };
}

const hidesTheRest = 'a session cannot keep #exit, because Lean reads nothing that comes behind it: leave it out';

const mutualMain =
  'a session does not keep main, and cannot take it out of a mutual block: define main outside of it, and let it call what the block defines';
const unclearMain =
  'a session does not keep main, and it is not clear where its definition ends: begin it, and each other command, on a line of its own in the first column';

function dependsOnMain(line: number, error: Diagnostic): string {
  return (
    `a session does not keep main, and without it line ${line} is rejected (${headlineOf(error)}): ` +
    'define what other code needs under another name, and let main call it'
  );
}

/** The extended session with the command that defines `main` blanked out. */
async function withoutMain(
  server: Lean,
  extension: Extension,
  code: string,
  deadline: Deadline,
): Promise<SessionSource | Outcome> {
  const main = await findMain(code);
  if (main?.isMutual === true) return cannotKeep(mutualMain);
  const range = main && (await mainCommand(await declarationsOf(server, deadline), extension, code, main));
  return range === undefined ? cannotKeep(unclearMain) : blankInLastStep(extension.source, range.start, range.end);
}

/** What the document declares; nothing when Lean does not say it in time. */
async function declarationsOf(server: Lean, deadline: Deadline): Promise<readonly Declaration[]> {
  return await Promise.race([server.declarations().catch(() => []), deadline.stopped.then(() => [])]);
}
