/*
 * Where a call has its text elaborated: in the Lean of its session, which knows most of the text already, when that can go on
 * with it, else in one of the call's own. One that cannot go on is given up, and the next text goes to another.
 */
import { counted } from '../core/counted.ts';
import type { Deadline } from '../core/deadline.ts';
import { allOrNone, type Owned } from '../core/owned.ts';
import { firstError, isError, type Diagnostic } from '../lean/diagnostic.ts';
import type { LeanHolder } from '../lean/held-lean.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { isCut, type Cut, type Elaboration, type Lean, type LeanText } from '../lean/lean.ts';
import type { ProgramSandbox } from '../lean/program-run.ts';
import type { Questions } from '../lean/questions.ts';
import { countLines } from '../lean/source/line-index.ts';
import { plainHeader } from '../lean/source/plain-header.ts';
import { elaboratorMissing } from '../lean/toolchain.ts';
import {
  asItIs,
  documentText,
  emptySource,
  extend,
  type Extension,
  type SessionSource,
} from '../sessions/session-source.ts';
import type { ProjectFiles } from '../projects/project.ts';
import { changedFiles, withFiles } from '../sessions/session.ts';
import type { Call } from './call.ts';
import { ImportedFiles } from './imported-files.ts';
import type { CodeRequest, Outcome, Timings } from './execution-service.ts';
import { outcomeOfCut } from './outcomes.ts';
import { describeRejectedStep, whyRejected, type SecondLook } from './rejected-step.ts';
import type { LeasedServer } from './sandbox-supply.ts';

/** How a call ends that cannot begin: what stands before its code did not come through, or what the code imports. */
export interface EarlyFailure {
  readonly outcome: Outcome;
  /** What Lean says about the imports that the call brings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly advice?: string;
  /** How it ended when the code cannot be looked at. */
  readonly cut?: Cut;
}

/**
 * What a call is for. One that runs code has its session go on with the Lean that knows the text; one that asks about places
 * in the text needs a Lean that answers that.
 */
type Purpose = 'runs' | 'asks';

/** What a workplace is for. Without code, the text of the session itself is in question. */
type WorkRequest = Pick<CodeRequest, 'files' | 'timeoutMs'> & { readonly code?: string | undefined };

/** Disposing gives up what is the call's own; what is the session's stays. */
export class Workplace implements Disposable {
  /** The call's code behind what its session has accepted; without code, that itself. */
  readonly extension: Extension;
  /** Files of the call that its session does not have like that; none without a session. */
  readonly changedFiles: ProjectFiles;
  readonly #call: Call;
  readonly #purpose: Purpose;
  /** Who keeps the Lean when the call is over. */
  readonly #holder: LeanHolder | undefined;
  #launch: LeanLaunch | undefined;
  #lean: Owned<Lean> | undefined;
  /** What the text imports besides what the image has. */
  readonly #files: ImportedFiles | undefined;
  #ofFiles: readonly Diagnostic[] = [];
  #program: Owned<ProgramSandbox> | undefined;
  #isNoted = false;

  /** @param shared keeps the Lean of a call without a session for others; absent: the call has one of its own */
  constructor(call: Call, { code, files, timeoutMs }: WorkRequest, purpose: Purpose, shared?: LeanHolder) {
    const source = call.session?.source ?? emptySource;
    this.extension = code === undefined ? asItIs(source) : extend(source, code);
    this.#call = call;
    this.#purpose = purpose;
    this.changedFiles = call.session === undefined ? new Map() : changedFiles(call.session, files);
    this.#files = ImportedFiles.of(call, this.extension.source.header, withFiles(call.session, files), timeoutMs);
    this.#holder = call.session ?? shared;
  }

  /** Whether there is a Lean now. */
  get isReady(): boolean {
    return this.#lean !== undefined;
  }

  get lean(): Lean {
    if (this.#lean === undefined) throw new TypeError('there is no Lean yet, or none any more');
    return this.#lean.thing;
  }

  /** What the Lean was made of, also when it was given up. */
  get launch(): LeanLaunch {
    return this.#launch ?? this.#call.launch;
  }

  /** What every result tells of its making. */
  get facts(): { readonly timings: Timings; readonly leanVersion: string } {
    return { timings: this.#call.stopwatch.read(), leanVersion: this.launch.toolchain.version };
  }

  /** What Lean says of the files that the text imports. */
  get saidOfFiles(): readonly Diagnostic[] {
    return this.#ofFiles;
  }

  /** What waits for a program, when one was prepared for. */
  get program(): ProgramSandbox | undefined {
    return this.#program?.thing;
  }

  /**
   * Gets a Lean that has what stands before the code, if there is none yet.
   *
   * @param hasProgram whether the text is a program, for which there is a sandbox where Lean does not run it itself
   * @throws AppError as the supply of sandboxes does; the signal's reason
   */
  async prepare(hasProgram = false): Promise<EarlyFailure | undefined> {
    if (this.#lean !== undefined) return undefined;
    const { session, stopwatch } = this.#call;
    const stopped = await this.#compile();
    if (stopped !== undefined) return stopped;
    const present = await this.#presentLean();
    if (present === undefined) this.#call.tell('sandbox', 'Getting a sandbox');
    const leased = await stopwatch.measure('sandbox', this.#lease(present, hasProgram));
    if (leased === undefined) return undefined;
    if (leased.isCold) stopwatch.markCold();
    const held = { lean: leased, header: headerOf(this.extension.source) };
    if (session === undefined) {
      this.#holder?.attach(held);
      return undefined;
    }
    const failure = await this.#replay(session.source.steps);
    // A question is answered as well as can be: it shows what is wrong with the steps.
    const isOver = failure !== undefined && (this.#purpose === 'runs' || failure.cut !== undefined);
    if (isOver) this.giveUp();
    else if (this.#purpose === 'runs' || (failure === undefined && this.#isForSession(leased.thing))) {
      session.attach(held);
    }
    return isOver ? failure : undefined;
  }

  /**
   * Has Lean elaborate the text, or one that begins like it. After another end than `finished` the Lean is given up.
   *
   * @throws AppError as {@link prepare} does; the signal's reason
   */
  async elaborate(text: LeanText, deadline: Deadline): Promise<Elaboration> {
    const failure = await this.prepare();
    if (failure?.cut !== undefined) return { ...failure.cut, diagnostics: [] };
    const { linesBefore } = this.extension.placed;
    const elaborating = this.lean.elaborate(text, deadline, (line) => {
      this.#call.tell('elaborate', `Lean is elaborating line ${Math.max(1, line - linesBefore)}`);
    });
    const elaboration = await this.#call.stopwatch.measure('elaborate', elaborating);
    if (elaboration.end !== 'finished') this.giveUp();
    if (elaboration.end !== 'header-failed') this.#noteHeader();
    return elaboration;
  }

  /** Asks about the text that was elaborated last. A Lean that does not answer in time, or ends, is given up. */
  async ask<Answer>(
    work: (questions: Questions) => Promise<Answer>,
    deadline: Deadline,
  ): Promise<{ readonly value: Answer } | { readonly cut: Cut }> {
    const { lean } = this;
    if (lean.questions === undefined) throw new TypeError('a Lean was leased that answers no questions');
    const asking = deadline.race(work(lean.questions));
    const answer = await this.#call.stopwatch.measure('elaborate', asking);
    if ('value' in answer && !lean.hasEnded) return answer;
    this.giveUp();
    if ('stopped' in answer) return { cut: { end: answer.stopped } };
    return { cut: { end: 'crashed', detail: 'Lean’s process ended when it was asked about the text' } };
  }

  /** What Lean prints for a command behind a text; `undefined` when it rejects it or does not come to its end. */
  async answerBehind(text: string, command: string, deadline: Deadline): Promise<string | undefined> {
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    const line = countLines(before);
    const { end, diagnostics } = await this.elaborate({ text: `${before}${command}\n` }, deadline);
    if (end !== 'finished') return undefined;
    return diagnostics.find(({ severity, start }) => severity === 'information' && start.line === line)?.message;
  }

  /** The messages as a caller sees them: what is about the steps before comes only when it is an error. */
  shown(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const ofText = diagnostics.flatMap((diagnostic) => {
      const end = this.extension.placed.inCode(diagnostic.end) ?? codeStart;
      const atStart = { ...diagnostic, start: codeStart, end };
      return this.extension.toCall(diagnostic) ?? (isError(diagnostic) ? atStart : []);
    });
    return [...this.saidOfFiles, ...ofText];
  }

  /** Gives up the Lean: it cannot go on. */
  giveUp(): void {
    if (this.#isHeld) this.#holder?.dropServer();
    this.#lean?.[Symbol.dispose]();
    this.#lean = undefined;
  }

  [Symbol.dispose](): void {
    this.#program?.[Symbol.dispose]();
    if (!this.#isHeld) this.giveUp();
    this.#files?.[Symbol.dispose]();
  }

  get #isHeld(): boolean {
    return this.#lean !== undefined && this.#holder?.server?.lean === this.#lean;
  }

  /** Compiles what the text imports; why it cannot be looked at, when that fails. */
  async #compile(): Promise<EarlyFailure | undefined> {
    const compiled = await this.#files?.compile();
    if (compiled === undefined) return undefined;
    const { isNew, diagnostics, failure: outcome } = compiled;
    if (isNew) this.#holder?.dropServer();
    this.#ofFiles = diagnostics;
    if (outcome === undefined) return undefined;
    const cut = { end: 'crashed', detail: 'a file that the code imports could not be compiled' } as const;
    return { outcome, diagnostics, advice: filesAdvice, cut };
  }

  /** The Lean that is kept, if it can go on with this text. What it did before must not write into the answer to this call. */
  async #presentLean(): Promise<Owned<Lean> | undefined> {
    const server = this.#holder?.server;
    if (server?.header !== headerOf(this.extension.source)) return undefined;
    const lean = server.lean.thing;
    if (this.#purpose === 'asks') return lean.questions === undefined ? undefined : server.lean;
    if (await lean.dropLeftOvers()) return server.lean;
    this.#holder?.dropServer();
    return undefined;
  }

  /** Whether a Lean that was leased to be asked can go on with the session's text as well as any. */
  #isForSession({ launch }: Lean): boolean {
    const { session } = this.#call;
    const isHeadOfSession = session !== undefined && headerOf(this.extension.source) === headerOf(session.source);
    return isHeadOfSession && elaboratorMissing(launch.toolchain) !== undefined;
  }

  /** Takes the present Lean or leases one, and a sandbox for a program where Lean does not run that itself. */
  async #lease(present: Owned<Lean> | undefined, hasProgram: boolean): Promise<LeasedServer | undefined> {
    const { environment, launch, signal } = this.#call;
    const supply = this.#files?.supply ?? environment.supply;
    const header = plainHeader(this.extension.source.header);
    const runsItself = present?.thing.runsPrograms ?? elaboratorMissing(launch.toolchain) === undefined;
    const [leased, program] = await allOrNone(
      present === undefined ? supply.leaseServer(launch, header, signal, this.#purpose === 'asks') : none,
      hasProgram && !runsItself ? supply.leaseProgram(launch, signal) : none,
    );
    this.#program = program;
    this.#lean = present ?? leased;
    this.#launch = this.lean.launch;
    // The image can have become another one meanwhile.
    if (hasProgram && !this.lean.runsPrograms) this.#program ??= await supply.leaseProgram(launch, signal);
    return leased;
  }

  /**
   * Has the Lean elaborate the earlier steps, with the imports that the call brings. They have their own time limit, the
   * longest one: many steps may each have taken their time. What they print is not the call's.
   */
  async #replay(steps: readonly string[]): Promise<EarlyFailure | undefined> {
    if (steps.length === 0) return undefined;
    const { environment, session, stopwatch } = this.#call;
    const source = { header: this.extension.source.header, steps };
    const total = counted(steps.length, 'step');
    this.#call.tell('elaborate', `Replaying ${total} of the session`);
    using limits = this.#call.limits(this.lean.launch, environment.maxTimeoutMs);
    const replaying = this.lean.elaborate({ text: documentText(source), goesOn: true }, limits.deadline);
    const elaboration = await stopwatch.measure('elaborate', replaying);
    if (!isCut(elaboration)) await this.lean.dropLeftOvers();
    const { diagnostics } = elaboration;
    if (isCut(elaboration)) {
      const advice = `This happened while ${total} of the session, accepted before, ran again in a new container, not in the code of this call. If it happens again, take steps back with rewind-session.`;
      return { outcome: outcomeOfCut(elaboration, limits), diagnostics: [], advice, cut: elaboration };
    }
    if (elaboration.end === 'finished' && elaboration.accepted) return undefined;
    const ofImports = diagnostics.flatMap((diagnostic) => this.extension.toCall(diagnostic) ?? []);
    if (ofImports.length > 0) return { outcome: { outcome: 'completed' }, diagnostics: ofImports };
    const problem = describeRejectedStep(source, firstError(diagnostics), this.#secondLook, (step) =>
      whyRejected(session?.steps[step - 1]?.acceptedBy, this.lean.launch),
    );
    return { outcome: { outcome: 'completed', problem }, diagnostics: [] };
  }

  get #secondLook(): SecondLook {
    const { session } = this.#call;
    if (this.changedFiles.size > 0) return 'files';
    return this.extension.source.header === session?.source.header ? 'replayed' : 'imports';
  }

  /** Lets the pool keep ready what is wanted often and can be imported; once, however many texts there are. */
  #noteHeader(): void {
    const header = this.#files === undefined ? plainHeader(this.extension.source.header) : undefined;
    const { environment, launch } = this.#call;
    if (!this.#isNoted && header !== undefined) environment.supply.noteHeader(launch, header, this.#purpose === 'asks');
    this.#isNoted = true;
  }
}

const none = Promise.resolve(undefined);

const filesAdvice = 'This is about a file that the code imports; the code itself was not looked at.';

const codeStart = { line: 1, column: 0 };

/** Equal for texts that import the same; as it is written where it is not clear what a header means. */
function headerOf({ header }: SessionSource): string {
  return plainHeader(header) ?? header;
}
