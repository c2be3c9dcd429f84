/*
 * Lean's language server in a sandbox of its own, with one document. Elaborating can end in more ways than Lean's answer:
 * the time is up, the caller gives up, memory or output run over, the process dies. Whichever comes first is the end, and
 * each end carries the diagnostics known by then.
 */
import { randomUUID } from 'node:crypto';
import type { Deadline, StopReason } from '../core/deadline.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import type { Declaration } from './declaration.ts';
import { isError, type Diagnostic, type OpenGoals } from './diagnostic.ts';
import { describeExit } from './end-of-lean.ts';
import { DocumentQuestions } from './language-server/document-questions.ts';
import { LeanClient } from './language-server/lean-client.ts';
import type { LspRange } from './language-server/lean-protocol.ts';
import { declarationsIn } from './language-server/outline.ts';
import { ServedText } from './language-server/served-text.ts';
import { toDiagnostics } from './language-server/to-diagnostics.ts';
import { leftOversRequest } from './keeper.ts';
import { leanSandbox, serverCommand, type LeanLaunch } from './lean-launch.ts';
import { AwaitedWords, inTimeToDrop } from './left-overs.ts';
import type { Cut, Elaboration, Lean, LeanText } from './lean.ts';
import { findOpenGoals } from './open-goals.ts';
import type { OutputLimits } from './output-guard.ts';
import type { Questions } from './questions.ts';
import { SandboxedLean } from './sandboxed-lean.ts';

/** What a text was last found to be. */
interface Elaborated {
  readonly served: ServedText;
  readonly newFrom: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly questions: Questions;
}

/** The longest message of Lean that is read: while this program parses it, nobody else is served. */
const messageLimit = 4 * 1024 * 1024;

export class LeanServer extends SandboxedLean<Elaborated> implements Lean {
  readonly runsPrograms = false;
  readonly #client: LeanClient;
  #onProgress: (processing: readonly LspRange[]) => void = () => undefined;
  /** Hears from the keeper that left-overs are killed. */
  #killed: AwaitedWords | undefined;

  private constructor(sandbox: Sandbox, launch: LeanLaunch, limits: OutputLimits, turns: ReadingTurns) {
    super(sandbox, launch, limits);
    this.#client = new LeanClient({
      stdin: sandbox.stdin,
      stdout: sandbox.stdout,
      mode: launch.toolchain.worker ? 'worker' : 'server',
      messageLimit,
      turns,
      onOutput: (bytes) => {
        this.keep('stdout', bytes);
      },
      onOverdrawn: (why, detail) => {
        this.overdraw(why, detail);
      },
      onProgress: (processing) => {
        this.#onProgress(processing);
      },
    });
    sandbox.stderr.on('data', (bytes: Buffer) => {
      this.#killed?.take(bytes);
    });
  }

  /** Makes a sandbox and starts Lean in it. Throws what {@link SandboxDriver.start} throws. */
  static async start(
    driver: SandboxDriver,
    launch: LeanLaunch,
    limits: OutputLimits,
    turns: ReadingTurns,
    signal?: AbortSignal,
  ): Promise<LeanServer> {
    const spec = leanSandbox(launch, serverCommand(launch.toolchain), 'lean');
    return new LeanServer(await driver.start(spec, signal), launch, limits, turns);
  }

  get hasEnded(): boolean {
    return this.#client.hasEnded;
  }

  async prepare(header: string, deadline: Deadline): Promise<Elaboration> {
    return await this.elaborate({ text: header }, deadline);
  }

  async elaborate(
    { text, newFrom = 0 }: LeanText,
    deadline: Deadline,
    onLine?: (line: number) => void,
  ): Promise<Elaboration> {
    const served = new ServedText(text);
    this.beginText();
    this.#onProgress = (processing) => {
      const first = processing[0];
      if (first !== undefined) onLine?.(served.lineInText(first.start.line + 1));
    };
    const ended = this.sandbox.exited.then(describeExit);
    const cut = await Promise.race([
      this.#client.check(served.document).then(
        () => this.#flawOfCheck(),
        // The connection is gone; the sandbox's end, which follows, says why.
        () => this.overdrawn ?? ended,
      ),
      ended,
      this.stopped(deadline),
    ]);
    const { report } = this.#client;
    const reported = toDiagnostics(report.diagnostics, served.document);
    const diagnostics = reported.map((diagnostic) => served.diagnosticInText(diagnostic));
    if (cut !== undefined) return { ...cut, diagnostics };
    if (report.headerFailed) return { end: 'header-failed', diagnostics };
    this.noteElaborated({ served, newFrom, diagnostics, questions: new DocumentQuestions(this.#client, served) });
    return { end: 'finished', accepted: !diagnostics.some(isError), diagnostics };
  }

  get questions(): Questions {
    return this.elaborated.questions;
  }

  async openGoals(deadline: Deadline): Promise<OpenGoals & { readonly stopped?: StopReason }> {
    const { served, newFrom, diagnostics, questions } = this.elaborated;
    return await findOpenGoals(questions, served.text, newFrom, diagnostics, deadline);
  }

  async declarations(): Promise<readonly Declaration[]> {
    const { served, newFrom } = this.elaborated;
    const all = declarationsIn(await this.#client.symbols(), served);
    return all.filter(({ nameStart }) => nameStart >= newFrom);
  }

  async dropLeftOvers(): Promise<boolean> {
    const request = leftOversRequest(randomUUID());
    const killed = new AwaitedWords(request);
    this.#killed = killed;
    const { stdin } = this.sandbox;
    if (stdin.writable) stdin.write(request);
    // Whatever was written to stdout before is read before Lean’s answer to what it is asked now.
    const dropped = Promise.all([killed.heard, this.#client.settled()]).then((): true => {
      this.takeOutput();
      return true;
    });
    return await inTimeToDrop(dropped, this.ended);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }

  /** Why what Lean has reported is not all, if so. */
  #flawOfCheck(): Cut | undefined {
    if (this.sandbox.outOfMemory) return { end: 'out-of-memory' };
    if (!this.#client.lostMessages) return undefined;
    return { end: 'garbled', detail: 'Lean’s messages were destroyed by other output on its stdout' };
  }
}
