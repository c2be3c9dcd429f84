/*
 * A call in a session: the code is appended to the accepted text, and kept when Lean accepts it. Whatever else happens,
 * the session's text stays as it was; a server that cannot go on is destroyed, and the next call makes a new one that
 * replays the text. `main` is run and not kept, so Lean also looks at the text without it before the step is accepted.
 */
import type { Deadline } from '../core/deadline.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { LeanServer, LspSymbol } from '../lean/lean-server.ts';
import { LineIndex } from '../lean/source/line-index.ts';
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
import { disposeLater, type CallEnvironment } from './call-environment.ts';
import { CallLimits } from './call-limits.ts';
import { leaseSandboxes, type CallSandboxes, type WantedSandboxes } from './call-sandboxes.ts';
import { checkAndRun, type Checked } from './check-and-run.ts';
import type { CallContext, CodeRequest, ExecutionResult, Outcome } from './execution-service.ts';
import { noteHeader } from './run-once.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * Runs code in a session, after the calls before it are done.
 *
 * @throws AppError when there is no engine, no image, or the like
 */
export async function runInSession(
  session: Session,
  request: CodeRequest,
  environment: CallEnvironment,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<ExecutionResult> {
  const call = new SessionCall(session, request, environment, context, stopwatch);
  const { rebuilt, ...rest } = await session.takeTurn(() => call.run());
  return { ...rest, session: { sessionId: session.id, step: session.steps.length, rebuilt } };
}

type CallResult = ExecutionResult & { readonly rebuilt: boolean };

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

  async run(): Promise<CallResult> {
    const { source, lostServer: rebuilt } = this.#session;
    const launch = await this.#environment.launch(this.#context);
    const wanted = this.#wantedServer();
    const hasProgram = findMain(this.#request.code) !== undefined;
    const sandboxes = await leaseSandboxes(
      this.#environment,
      launch,
      { ...wanted, hasProgram },
      this.#context,
      this.#stopwatch,
    );
    const extension = extend(source, this.#request.code, sandboxes.header);
    if (wanted.present === undefined) {
      const server = { server: sandboxes.server, header: extension.source.header };
      disposeLater(this.#session.attach(server), this.#environment.logger);
    }
    const checked = await this.#check(launch, extension, sandboxes);
    noteHeader(this.#environment, launch, plainHeader(extension.source.header), checked.headerFailed);
    const { outcome, diagnostics, openGoals, stdout, stderr } = checked;
    const timings = this.#stopwatch.read();
    const advice = redefinitionAdvice(this.#session, checked.diagnostics);
    return {
      ...outcome,
      diagnostics,
      openGoals,
      stdout,
      stderr,
      timings,
      leanVersion: launch.toolchain.version,
      ...(advice !== undefined && { advice }),
      rebuilt,
    };
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

  async #check(launch: LeanLaunch, extension: Extension, { server, program }: CallSandboxes): Promise<Checked> {
    using limits = new CallLimits(this.#environment, launch, this.#request.timeoutMs, this.#context.signal);
    const text = documentText(extension.source);
    let kept = extension.source;
    const checked = await checkAndRun(
      {
        server,
        text,
        code: this.#request.code,
        linesBefore: extension.linesBefore,
        // An error in an earlier step is shown where it is: the text was accepted before, so it says that something is wrong.
        toCall: (diagnostic) =>
          extension.toCall(diagnostic) ?? (diagnostic.severity === 'error' ? diagnostic : undefined),
        ...(program && { program: { sandbox: program, input: { ...this.#request, source: text } } }),
        whenAccepted: async () => {
          if (program === undefined) return undefined;
          const without = await withoutMain(server, extension, this.#request.code);
          if ('outcome' in without) return without;
          kept = without;
          return await this.#objection(server, without, extension, limits.deadline);
        },
      },
      limits,
      this.#environment,
      this.#context,
      this.#stopwatch,
    );
    const completed = checked.outcome.outcome === 'completed';
    if (completed && checked.accepted) {
      const step = {
        header: kept.header,
        code: kept.steps.at(-1) ?? '',
        names: await namesIn(server, extension.linesBefore),
        acceptedAt: new Date(),
      };
      await this.#environment.sessions.keep(this.#session, [...this.#session.steps, step]);
    }
    // A program that was stopped had a sandbox of its own; anything else that was stopped was the session's server.
    if ((!completed && !checked.accepted) || checked.isStuck)
      disposeLater(this.#session.detach(), this.#environment.logger);
    return checked;
  }

  /** What Lean has against the text without `main`, if anything. */
  async #objection(
    server: LeanServer,
    source: SessionSource,
    extension: Extension,
    deadline: Deadline,
  ): Promise<Outcome | undefined> {
    const elaboration = await server.elaborate(documentText(source), deadline);
    if (elaboration.end !== 'finished') {
      return {
        outcome: 'crashed',
        detail: elaboration.detail ?? `Lean ended (${elaboration.end}) on the text without main`,
      };
    }
    const error = elaboration.diagnostics.find(({ severity }) => severity === 'error');
    if (error === undefined) return undefined;
    const { start } = extension.toCall(error) ?? error;
    return { outcome: 'completed', problem: dependsOnMain(start.line, error) };
  }
}

function dependsOnMain(line: number, error: Diagnostic): string {
  return (
    `a session does not keep main, and without it line ${line} is rejected (${error.message.trim().split('\n')[0] ?? ''}): ` +
    'define what other code needs under another name, and let main call it'
  );
}

/** The extended session with the command that defines `main` blanked out. */
async function withoutMain(server: LeanServer, extension: Extension, code: string): Promise<SessionSource | Outcome> {
  const main = findMain(code);
  const name = main && new LineIndex(code).lspPosition(main.nameStart);
  const symbols = await server.symbols().catch(() => []);
  const command = symbols.flatMap(withChildren).find(({ selectionRange: { start } }) => {
    return start.line - extension.linesBefore === name?.line && start.character === name.character;
  });
  if (command === undefined) {
    return {
      outcome: 'completed',
      problem: 'Lean does not say where main is defined, so the session cannot leave it out',
    };
  }
  const lines = new LineIndex(documentText(extension.source));
  return blankInLastStep(
    extension.source,
    lines.offsetOfLsp(command.range.start),
    lines.offsetOfLsp(command.range.end),
  );
}

function withChildren(symbol: LspSymbol): LspSymbol[] {
  return [symbol, ...(symbol.children ?? []).flatMap(withChildren)];
}

/** What the document defines behind its first lines, with namespaces; nothing when the server does not say. */
async function namesIn(server: LeanServer, linesBefore: number): Promise<string[]> {
  const symbols = await server.symbols().catch(() => []);
  return symbols.flatMap((symbol) => namesOf(symbol, '', linesBefore));
}

function namesOf(symbol: LspSymbol, prefix: string, linesBefore: number): string[] {
  const name = prefix + symbol.name;
  const children = symbol.children ?? [];
  if (children.length > 0) return children.flatMap((child) => namesOf(child, `${name}.`, linesBefore));
  return symbol.selectionRange.start.line < linesBefore ? [] : [name];
}

/** For a name that is taken: which step took it, and how to go back. */
function redefinitionAdvice(session: Session, diagnostics: readonly Diagnostic[]): string | undefined {
  for (const { severity, message } of diagnostics) {
    const [, name] = /^['`‘](.+?)['`’] has already been declared/.exec(severity === 'error' ? message : '') ?? [];
    const step = name === undefined ? undefined : session.stepThatDefined(name);
    if (step === undefined) continue;
    return `${name} was defined in step ${step} of this session: use another name, or go back with rewind-session to step ${step - 1}.`;
  }
  return undefined;
}
