/*
 * A text in a Lean server, for calls that keep nothing of it. Text of a session goes to the session's server, which has
 * elaborated most of it already, unless that server cannot take it; any other text goes to a server of its own. A server
 * that cannot go on is given up, and the next text goes to another one.
 */
import type { Deadline } from '../core/deadline.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { isCut, type Elaboration, type Lean } from '../lean/lean.ts';
import type { Questions } from '../lean/questions.ts';
import { elaboratorMissing } from '../lean/toolchain.ts';
import { PlacedCode } from '../lean/placed-code.ts';
import { countLines } from '../lean/source/line-index.ts';
import { plainHeader } from '../lean/source/plain-header.ts';
import { documentText, emptySource, extend, type SessionSource } from '../sessions/session-source.ts';
import type { Session } from '../sessions/session.ts';
import type { CallEnvironment } from './call-environment.ts';
import { disposeLater } from './dispose-later.ts';
import { leaseSandboxes, type WantedSandboxes } from './call-sandboxes.ts';
import type { CallContext } from './execution-service.ts';
import { noteHeader } from './run-once.ts';
import type { Stopwatch } from './stopwatch.ts';

/** A server, and where the text in question is in its document. */
interface PlacedText {
  readonly server: Lean;
  /** Lines of the document before the text's first line. */
  readonly linesBefore: number;
  /** The document for a text that differs from the one in question behind its header only. */
  readonly documentFor: (text: string) => string;
}

/** What Lean made of a text; messages have positions in it, those about what stands before it lines below 1. */
export type ElaboratedText = Elaboration & {
  readonly placed: PlacedCode;
  readonly server: Lean;
  readonly questions: Questions;
};

/** Disposing gives the server back. */
export class TextSandbox implements Disposable {
  readonly #session: Session | undefined;
  readonly #environment: CallEnvironment;
  readonly #launch: LeanLaunch;
  readonly #context: CallContext;
  readonly #stopwatch: Stopwatch;
  readonly #code: string | undefined;
  #placed: PlacedText | undefined;
  #isNoted = false;

  /**
   * @param session the session whose text comes first, or is in question itself when there is no code
   * @param code the text in question
   */
  constructor(
    session: Session | undefined,
    code: string | undefined,
    environment: CallEnvironment,
    launch: LeanLaunch,
    context: CallContext,
    stopwatch: Stopwatch,
  ) {
    this.#session = session;
    this.#code = code;
    this.#environment = environment;
    this.#launch = launch;
    this.#context = context;
    this.#stopwatch = stopwatch;
  }

  /** The text in question. */
  get text(): string {
    return this.#code ?? documentText(this.#source);
  }

  /** Whether there is a server now; a text that Lean did not come to the end of costs it. */
  get hasServer(): boolean {
    return this.#placed !== undefined;
  }

  /**
   * Gets a server, if there is none yet. Throws AppError as the supply of sandboxes does; the signal's reason.
   *
   * @returns what its sandbox was made of
   */
  async prepare(): Promise<LeanLaunch> {
    this.#placed ??= await this.#lease();
    return this.#placed.server.launch;
  }

  /**
   * Has Lean elaborate the text in question, or one that differs from it behind its header. Throws AppError as the supply
   * of sandboxes does; the signal's reason.
   */
  async elaborate(text: string, deadline: Deadline): Promise<ElaboratedText> {
    this.#placed ??= await this.#lease();
    const { server, linesBefore, documentFor } = this.#placed;
    const onLine = (line: number): void => {
      const message = `Lean is elaborating line ${Math.max(1, line - linesBefore)}`;
      this.#context.onProgress({ phase: 'elaborate', message });
    };
    const document = documentFor(text);
    const placed = new PlacedCode(document, text, linesBefore);
    const elaborating = server.elaborate({ text: document, newFrom: placed.start }, deadline, onLine);
    const elaboration = await this.#stopwatch.measure('elaborate', elaborating);
    if (isCut(elaboration)) this.giveUp();
    else this.#noteHeader(elaboration.end === 'header-failed');
    const diagnostics = elaboration.diagnostics.map((diagnostic) => moveUp(diagnostic, linesBefore));
    return { ...elaboration, diagnostics, placed, server, questions: questionsOf(server) };
  }

  /** What Lean prints for a command behind a text; `undefined` when it rejects it or does not come to its end. */
  async answerBehind(text: string, command: string, deadline: Deadline): Promise<string | undefined> {
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    const line = countLines(before);
    const { end, diagnostics } = await this.elaborate(`${before}${command}\n`, deadline);
    if (end !== 'finished') return undefined;
    return diagnostics.find(({ severity, start }) => severity === 'information' && start.line === line)?.message;
  }

  /** Gives up the server: it cannot go on. */
  giveUp(): void {
    const server = this.#placed?.server;
    if (server !== undefined && this.#session?.server?.server === server) this.#session.detach();
    disposeLater(server, this.#environment.logger);
    this.#placed = undefined;
  }

  [Symbol.dispose](): void {
    const server = this.#placed?.server;
    if (server === undefined || this.#session?.server?.server !== server) this.giveUp();
  }

  /** Once, however many texts there are. */
  #noteHeader(failed: boolean): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    noteHeader(this.#environment, this.#launch, plainHeader(this.#documentHeader()), failed, true);
  }

  get #source(): SessionSource {
    return this.#session?.source ?? emptySource;
  }

  async #lease(): Promise<PlacedText> {
    const source = this.#source;
    const behind = source.steps.length > 0;
    const header = behind ? this.#laterHeader() : plainHeader(this.text);
    const present = behind ? this.#presentServer() : undefined;
    const wanted: WantedSandboxes = { present, header, hasProgram: false, asks: true };
    const leased = await leaseSandboxes(this.#environment, this.#launch, wanted, this.#context, this.#stopwatch);
    const { server } = leased;
    // A server for questions only is none for a session.
    const isWhole = elaboratorMissing(server.launch.toolchain) !== undefined;
    if (isWhole && present === undefined && behind && this.#documentHeader() === source.header) {
      disposeLater(this.#session?.attach({ server, header: source.header }), this.#environment.logger);
    }
    if (this.#code === undefined) return { server, linesBefore: 0, documentFor: (text) => text };
    // Lean has imported the header from a document with that header alone, and must find the same at the same place.
    const plain = behind || leased.header === '' ? undefined : leased.header;
    const documentFor = (text: string): string =>
      behind || plain !== undefined ? documentText(extend(source, text, plain).source) : text;
    return { server, linesBefore: extend(source, this.#code, plain).linesBefore, documentFor };
  }

  /** The session's server, if its document can become this one. */
  #presentServer(): WantedSandboxes['present'] {
    const present = this.#session?.server;
    if (present?.header !== this.#documentHeader() || present.server.questions === undefined) return undefined;
    return { server: present.server, header: present.header, wasWarm: true };
  }

  /** The header of the document, as it is written there. */
  #documentHeader(): string {
    return this.#code === undefined ? this.#source.header : extend(this.#source, this.#code).source.header;
  }

  /** The header that a new server for a session's text should have imported: one in plain form, or none. */
  #laterHeader(): string | undefined {
    const header = this.#documentHeader();
    return plainHeader(header) === header ? header : undefined;
  }
}

/** The messages as a caller sees them: what is about text before its own comes only when it is an error. */
export function shownDiagnostics({ diagnostics }: Pick<ElaboratedText, 'diagnostics'>): readonly Diagnostic[] {
  return diagnostics.flatMap((diagnostic) => {
    const { severity, start, end } = diagnostic;
    if (start.line >= 1) return diagnostic;
    if (severity !== 'error') return [];
    return { ...diagnostic, start: textStart, end: end.line >= 1 ? end : textStart };
  });
}

function questionsOf({ questions }: Lean): Questions {
  if (questions === undefined) throw new TypeError('a Lean was leased that answers no questions');
  return questions;
}

const textStart = { line: 1, column: 0 };

function moveUp(diagnostic: Diagnostic, lines: number): Diagnostic {
  const { start, end } = diagnostic;
  return { ...diagnostic, start: { ...start, line: start.line - lines }, end: { ...end, line: end.line - lines } };
}
