/*
 * The elaborator in a sandbox of its own: a process that elaborates texts, keeps the states behind those that were accepted,
 * and runs programs. As with every Lean, whichever of many ends comes first is the end of a text. docs/elaborator.md
 * describes what is said on its channel.
 */
import type { Bytes } from '../core/bytes.ts';
import type { Deadline, StopReason } from '../core/deadline.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import { withResolvers } from '../core/with-resolvers.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import type { Declaration } from './declaration.ts';
import { isError, maxGoals, type OpenGoals } from './diagnostic.ts';
import { keptElaborator } from './elaborator-keeper.ts';
import { CollectedAnswer, maxKept, type AnswerEnd } from './elaborator/collected-answer.ts';
import { ElaboratorConnection } from './elaborator/elaborator-connection.ts';
import type { ElaborateRequest, ElaboratorAnswer } from './elaborator/elaborator-protocol.ts';
import type { ProcessEnd, KeptStream } from './elaborator/keeper-frames.ts';
import { KeptStates, type KeptState } from './elaborator/kept-states.ts';
import { SentPart } from './elaborator/read-report.ts';
import { preparation } from './elaborator/warm-up.ts';
import { describeExit, endOfReading } from './end-of-lean.ts';
import { inTimeToDrop } from './left-overs.ts';
import { elaboratorPath, leanSandbox, type LeanLaunch } from './lean-launch.ts';
import type { Cut, Elaboration, Lean, LeanText } from './lean.ts';
import type { OutputLimits } from './output-guard.ts';
import { RunningProgram } from './running-program.ts';
import { SandboxedLean } from './sandboxed-lean.ts';
import { beginsCommand } from './source/begins-command.ts';

/** The longest answer that is read: while this program parses it, nobody else is served. */
const answerLimit: Bytes = 4 * 1024 * 1024;
const messageBytes: Bytes = 1024 * 1024;
const limits = { count: maxKept.messages, bytes: messageBytes, totalBytes: maxKept.bytes };
/** So many declarations and goals are asked for when only what is new counts, and when what stands before it does too. */
const maxReported = {
  new: { declarations: 1000, goals: maxGoals },
  all: { declarations: maxKept.items, goals: 1000 },
};
/** A part of a sandbox's memory that kept states may take. */
const stateShare = 1 / 4;

/** What is known of the text that was elaborated last. */
interface Elaborated {
  readonly answer: CollectedAnswer;
  readonly part: SentPart;
  readonly newFrom: number;
  readonly wantsDeclarations: boolean;
}

export class LeanElaborator extends SandboxedLean<Elaborated> implements Lean {
  readonly runsPrograms = true;
  readonly #connection: ElaboratorConnection;
  readonly #states = new KeptStates();
  #answer: CollectedAnswer;
  #program: RunningProgram | undefined;
  /** Whether the keeper has said that the process has ended. */
  #isGone = false;
  /** Settles when everything has been heard that there was. */
  readonly #streamEnd = withResolvers();
  #onLine: (line: number) => void = () => undefined;
  #onLeftOversKilled: () => void = () => undefined;
  #onOomKills: (count: number | undefined) => void = () => undefined;

  private constructor(sandbox: Sandbox, launch: LeanLaunch, output: OutputLimits, turns: ReadingTurns) {
    super(sandbox, launch, output);
    this.#answer = new CollectedAnswer(turns);
    this.#connection = new ElaboratorConnection({
      stdin: sandbox.stdin,
      stdout: sandbox.stdout,
      answerLimit,
      turns,
      listener: {
        answer: (answer) => this.#take(answer),
        output: (from, bytes) => {
          this.#takeBytes(from, bytes);
        },
        leftOversKilled: () => {
          this.takeOutput();
          this.#onLeftOversKilled();
        },
        oomKills: (count) => {
          this.#onOomKills(count);
        },
        processEnded: (end) => {
          this.#isGone = true;
          this.#program?.processEnded(end);
        },
        overdrawn: (why, detail) => {
          this.overdraw(why, detail);
        },
        ended: () => {
          this.#program?.processEnded(undefined);
          this.#streamEnd.resolve();
        },
      },
    });
  }

  /** Makes a sandbox and starts the elaborator in it. Throws what {@link SandboxDriver.start} throws. */
  static async start(
    driver: SandboxDriver,
    launch: LeanLaunch,
    output: OutputLimits,
    turns: ReadingTurns,
    signal?: AbortSignal,
  ): Promise<LeanElaborator> {
    const spec = leanSandbox(launch, keptElaborator([elaboratorPath]), 'lean');
    return new LeanElaborator(await driver.start(spec, signal), launch, output, turns);
  }

  get hasEnded(): boolean {
    return this.#connection.hasEnded || this.#isGone;
  }

  async prepare(header: string, deadline: Deadline): Promise<Elaboration> {
    const memory = this.launch.jail.limits.memory;
    this.#answer = new CollectedAnswer(this.#connection.turns, true);
    this.#connection.ask(preparation(header, Math.floor(memory * stateShare)));
    const answer = this.#answer;
    const elaboration = this.#elaboration(await this.#end(answer, deadline), {
      answer,
      part: new SentPart(header, 0),
      newFrom: 0,
      wantsDeclarations: false,
    });
    // What was said about texts of our own is of no interest.
    this.takeOutput();
    return elaboration;
  }

  async elaborate(text: LeanText, deadline: Deadline, onLine?: (line: number) => void): Promise<Elaboration> {
    this.beginText();
    const state = this.#stateFor(text);
    const elaboration = await this.#elaborateOn(state, text, deadline, onLine);
    // The elaborator tells which states it drops; one that it has lost in another way is no reason to fail.
    if (elaboration !== 'unknown-state') return elaboration;
    this.#states.forget(new Set([state?.handle]));
    const again = await this.#elaborateOn(undefined, text, deadline, onLine);
    return again === 'unknown-state' ? { end: 'garbled', detail: 'it knows no state', diagnostics: [] } : again;
  }

  async openGoals(): Promise<OpenGoals & { readonly stopped?: StopReason }> {
    const { answer, part, newFrom } = this.elaborated;
    return await part.openGoals(answer.goals.items, answer.goals.omitted, newFrom);
  }

  declarations(): Promise<readonly Declaration[]> {
    if (this.hasEnded) return Promise.reject(new Error('the elaborator has ended'));
    const { answer, part, newFrom } = this.elaborated;
    return Promise.resolve(part.declarations(answer.declarations.items, newFrom));
  }

  async dropLeftOvers(): Promise<boolean> {
    const killed = new Promise<true>((resolve) => {
      this.#onLeftOversKilled = () => {
        resolve(true);
      };
    });
    this.#connection.killLeftOvers();
    return await inTimeToDrop(killed, this.#streamEnd.promise);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#connection[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }

  /**
   * The state from which a text can go on: behind exactly what is old in it. What is new has to begin a command, or it could
   * belong to the last one before it.
   */
  #stateFor({ text, newFrom = 0 }: LeanText): KeptState | undefined {
    if (newFrom === 0 || !beginsCommand(text.slice(newFrom))) return undefined;
    if (newFrom < text.length && text[newFrom - 1] !== '\n') return undefined;
    return this.#states.find(text.slice(0, newFrom));
  }

  async #elaborateOn(
    state: KeptState | undefined,
    text: LeanText,
    deadline: Deadline,
    onLine: ((line: number) => void) | undefined,
  ): Promise<Elaboration | 'unknown-state'> {
    const { newFrom = 0, wanted = [], program, goesOn = false } = text;
    const from = state === undefined ? 0 : newFrom;
    const part = new SentPart(text.text, from);
    const wantsDeclarations = wanted.includes('declarations');
    const most = from === newFrom ? maxReported.new : maxReported.all;
    const request: ElaborateRequest = {
      do: 'elaborate',
      text: text.text.slice(from),
      ...(state !== undefined && { on: state.handle }),
      keep: goesOn,
      limits,
      declarations: wantsDeclarations ? most.declarations : 0,
      goals: wanted.includes('goals') ? most.goals : 0,
      ...(program !== undefined && { run: { ...program, stay: goesOn } }),
    };
    const answer = new CollectedAnswer(this.#connection.turns);
    this.#answer = answer;
    this.#program = program && new RunningProgram(this.limits);
    this.#onLine = (line) => onLine?.(part.lineOf(line));
    this.#connection.ask(request);
    const end = await this.#end(answer, deadline);
    if ('kind' in end && end.kind === 'refused' && end.reason === 'unknown-state') return 'unknown-state';
    const elaboration = this.#elaboration(end, { answer, part, newFrom, wantsDeclarations }, state);
    if (elaboration.end !== 'finished' || !elaboration.accepted) return elaboration;
    const own = part.diagnostics(answer.messages);
    if (answer.verdict?.dropped !== undefined) this.#states.forget(new Set(answer.verdict.dropped));
    if (answer.verdict?.state !== undefined && answer.verdict.exited !== true) {
      this.#states.add(text.text, answer.verdict.state, state, own);
    }
    return this.#program === undefined || !('kind' in end) || end.kind !== 'running'
      ? elaboration
      : {
          ...elaboration,
          program: this.#program.run(this.#programEnd(answer, goesOn), this.stopped(deadline), this.sandbox.exited),
        };
  }

  /** How the program ended, told before its process is gone: to take that down takes longer than many a program. */
  async #programEnd(answer: CollectedAnswer, goesOn: boolean): Promise<ProcessEnd> {
    const exitCode = await answer.programEnd;
    // A session's calls share the count.
    if (goesOn) return { exitCode, oomKills: 0 };
    this.#isGone = true;
    const oomKills = await new Promise<number | undefined>((resolve) => {
      this.#onOomKills = resolve;
      this.#connection.askOomKills();
    });
    return { exitCode, ...(oomKills !== undefined && { oomKills }) };
  }

  /** How the answer ended, or what else came first. */
  async #end(answer: CollectedAnswer, deadline: Deadline): Promise<AnswerEnd | Cut> {
    // What was said before the end counts, however late it is read.
    const ended = this.#streamEnd.promise.then(() => this.sandbox.exited).then(describeExit);
    const end = await Promise.race([answer.told, this.stopped(deadline), ended]);
    return this.sandbox.outOfMemory ? { end: 'out-of-memory' } : end;
  }

  #elaboration(end: AnswerEnd | Cut, elaborated: Elaborated, state?: KeptState): Elaboration {
    const { answer, part, newFrom, wantsDeclarations } = elaborated;
    const diagnostics = [...(state?.messages ?? []), ...part.diagnostics(answer.messages)];
    if ('end' in end) return { ...end, diagnostics };
    const { verdict } = answer;
    if (end.kind === 'refused')
      return { end: 'crashed', detail: `the elaborator refused the text: ${end.message}`, diagnostics };
    if (verdict === undefined || verdict.verdict === 'cancelled')
      return { end: 'garbled', detail: 'there is no verdict', diagnostics };
    const { omitted } = verdict;
    if (omitted !== undefined && omitted.errors + omitted.warnings + omitted.information > 0)
      return { ...endOfReading('much', 'more messages than are kept'), diagnostics };
    if (verdict.headerFailed === true) return { end: 'header-failed', diagnostics };
    this.noteElaborated(elaborated);
    const accepted = verdict.verdict === 'accepted' && !diagnostics.some(isError);
    const { items, omitted: more } = answer.declarations;
    return {
      end: 'finished',
      accepted,
      diagnostics,
      sorries: part.sorries(answer.sorries),
      ...(wantsDeclarations && { declared: part.declared(items, more, newFrom) }),
    };
  }

  async #take(answer: ElaboratorAnswer): Promise<void> {
    if (answer.event === 'message') this.#onLine(answer.message.pos.line);
    const flaw = await this.#answer.take(answer);
    if (flaw === 'strange') this.#connection.reject('an answer of the elaborator does not fit those before it');
    if (flaw === 'much') this.#connection.refuse('more messages than are kept');
  }

  #takeBytes(from: Exclude<KeptStream, 'channel'>, bytes: Buffer): void {
    if (from === 'stdout' || from === 'stderr') {
      this.keep(from, bytes);
      return;
    }
    this.count(bytes);
    this.#program?.append(from === 'program-stdout' ? 'stdout' : 'stderr', bytes);
  }
}
