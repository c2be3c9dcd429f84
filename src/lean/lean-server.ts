/*
 * Lean's language server in a sandbox of its own, with one document. Elaborating can end in more ways than Lean's answer:
 * the time is up, the caller gives up, memory or output run over, the process dies. Whichever comes first is the end, and
 * each end carries the diagnostics known by then.
 */
import { randomUUID } from 'node:crypto';
import type { Bytes } from '../core/bytes.ts';
import type { Deadline, StopReason } from '../core/deadline.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import type { Declaration } from './declaration.ts';
import { isError, type Diagnostic, type OpenGoals } from './diagnostic.ts';
import { describeExit, endOfReading } from './end-of-lean.ts';
import { DocumentQuestions } from './language-server/document-questions.ts';
import { LeanClient } from './language-server/lean-client.ts';
import type { LspRange } from './language-server/lean-protocol.ts';
import { declarationsIn } from './language-server/outline.ts';
import { ServedText } from './language-server/served-text.ts';
import { toDiagnostics } from './language-server/to-diagnostics.ts';
import { leftOversRequest } from './keeper.ts';
import { KeptOutput } from './kept-output.ts';
import { leanSandbox, serverCommand, type LeanLaunch } from './lean-launch.ts';
import { AwaitedWords, inTimeToDrop } from './left-overs.ts';
import type { Cut, Elaboration, Lean, LeanText, Output } from './lean.ts';
import { findOpenGoals } from './open-goals.ts';
import { OutputGuard, type OutputLimits } from './output-guard.ts';
import type { Questions } from './questions.ts';

/** What a text was last found to be. */
interface Elaborated {
  readonly served: ServedText;
  readonly newFrom: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly questions: Questions;
}

/** The longest message of Lean that is read: while this program parses it, nobody else is served. */
const messageLimit = 4 * 1024 * 1024;

export class LeanServer implements Lean {
  readonly runsPrograms = false;
  readonly launch: LeanLaunch;
  readonly #sandbox: Sandbox;
  readonly #client: LeanClient;
  readonly #limits: OutputLimits;
  #guard: OutputGuard;
  readonly #output: KeptOutput;
  #onProgress: (processing: readonly LspRange[]) => void = () => undefined;
  /** Set once Lean is no longer heard. */
  #overdrawn: Cut | undefined;
  #onOverdrawn: (end: Cut) => void = () => undefined;
  #last: Elaborated | undefined;
  /** Hears from the keeper that left-overs are killed. */
  #killed: AwaitedWords | undefined;

  private constructor(sandbox: Sandbox, launch: LeanLaunch, limits: OutputLimits, turns: ReadingTurns) {
    this.launch = launch;
    this.#sandbox = sandbox;
    this.#limits = limits;
    this.#guard = new OutputGuard(limits.stopBytes);
    this.#output = new KeptOutput(limits.keepBytes);
    this.#client = new LeanClient({
      stdin: sandbox.stdin,
      stdout: sandbox.stdout,
      mode: launch.toolchain.worker ? 'worker' : 'server',
      messageLimit,
      turns,
      onOutput: (bytes) => {
        this.#guard.count(bytes.length);
        this.#output.append('stdout', bytes);
      },
      onOverdrawn: (why, detail) => {
        this.#overdrawn ??= endOfReading(why, detail);
        this.#onOverdrawn(this.#overdrawn);
      },
      onProgress: (processing) => {
        this.#onProgress(processing);
      },
    });
    sandbox.stderr.on('data', (bytes: Buffer) => {
      this.#guard.count(bytes.length);
      this.#output.append('stderr', bytes);
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

  memoryUsage(): Promise<Bytes | undefined> {
    return this.#sandbox.memoryUsage();
  }

  get hasEnded(): boolean {
    return this.#client.hasEnded;
  }

  get ended(): Promise<void> {
    return this.#sandbox.disconnected;
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
    this.#guard = new OutputGuard(this.#limits.stopBytes);
    this.#onProgress = (processing) => {
      const first = processing[0];
      if (first !== undefined) onLine?.(served.lineInText(first.start.line + 1));
    };
    const overdrawn = new Promise<Cut>((resolve) => {
      this.#onOverdrawn = resolve;
    });
    const end = await deadline.race(
      Promise.race([
        this.#client.check(served.document).then(
          () => this.#flawOfCheck(),
          // The connection is gone; the sandbox's end, which follows, says why.
          () => this.#overdrawn ?? this.#sandbox.exited.then(describeExit),
        ),
        this.#sandbox.exited.then(describeExit),
        overdrawn,
        this.#guard.overflowed.then((): Cut => ({ end: 'output-limit' })),
      ]),
    );
    const cut = 'stopped' in end ? { end: end.stopped } : end.value;
    const { report } = this.#client;
    const reported = toDiagnostics(report.diagnostics, served.document);
    const diagnostics = reported.map((diagnostic) => served.diagnosticInText(diagnostic));
    if (cut !== undefined) return { ...cut, diagnostics };
    if (report.headerFailed) return { end: 'header-failed', diagnostics };
    this.#last = { served, newFrom, diagnostics, questions: new DocumentQuestions(this.#client, served) };
    return { end: 'finished', accepted: !diagnostics.some(isError), diagnostics };
  }

  get questions(): Questions {
    return this.#elaborated.questions;
  }

  async openGoals(deadline: Deadline): Promise<OpenGoals & { readonly stopped?: StopReason }> {
    const { served, newFrom, diagnostics, questions } = this.#elaborated;
    return await findOpenGoals(questions, served.text, newFrom, diagnostics, deadline);
  }

  async declarations(): Promise<readonly Declaration[]> {
    const { served, newFrom } = this.#elaborated;
    const all = declarationsIn(await this.#client.symbols(), served);
    return all.filter(({ nameStart }) => nameStart >= newFrom);
  }

  takeOutput(): Output {
    return this.#output.take();
  }

  async dropLeftOvers(): Promise<boolean> {
    const request = leftOversRequest(randomUUID());
    const killed = new AwaitedWords(request);
    this.#killed = killed;
    const { stdin } = this.#sandbox;
    if (stdin.writable) stdin.write(request);
    // Whatever was written to stdout before is read before Lean’s answer to what it is asked now.
    const dropped = Promise.all([killed.heard, this.#client.settled()]).then((): true => {
      this.#output.take();
      return true;
    });
    return await inTimeToDrop(dropped, this.ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#sandbox[Symbol.asyncDispose]();
  }

  get #elaborated(): Elaborated {
    if (this.#last === undefined) throw new TypeError('nothing has been elaborated that could be asked about');
    return this.#last;
  }

  /** Why what Lean has reported is not all, if so. */
  #flawOfCheck(): Cut | undefined {
    if (this.#sandbox.outOfMemory) return { end: 'out-of-memory' };
    if (!this.#client.lostMessages) return undefined;
    return { end: 'garbled', detail: 'Lean’s messages were destroyed by other output on its stdout' };
  }
}
