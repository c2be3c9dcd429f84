/*
 * A Lean server in a sandbox of its own, with one document. Elaborating can end in more ways than Lean's answer: the time
 * is up, the caller gives up, memory or output run over, the process dies. Whichever comes first is the end, and each end
 * carries the diagnostics known by then.
 */
import type { Bytes } from '../core/bytes.ts';
import { BoundedText, type KeptText } from '../core/bounded-text.ts';
import type { Deadline } from '../core/deadline.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import type { Sandbox, SandboxDriver, SandboxExit } from '../sandbox/sandbox.ts';
import type { Diagnostic } from './diagnostic.ts';
import { DocumentQuestions } from './language-server/document-questions.ts';
import { LeanClient } from './language-server/lean-client.ts';
import type { LspRange } from './language-server/lean-protocol.ts';
import type { Overdraft } from './language-server/reading-budget.ts';
import { toDiagnostics } from './language-server/to-diagnostics.ts';
import { leanSandbox, serverCommand, type LeanLaunch } from './lean-launch.ts';
import { declarationsIn, type Declaration } from './outline.ts';
import { OutputGuard, type OutputLimits } from './output-guard.ts';

/** How an elaboration or a program ended, when it did not end by itself. */
export type ForcedEnd =
  | 'timed-out'
  | 'cancelled'
  | 'out-of-memory'
  | 'output-limit'
  | 'crashed'
  /** What came on Lean's stdout makes it unknown what Lean said. */
  | 'garbled'
  /** The engine lost the sandbox; that says nothing about the code. */
  | 'lost';

/** What came of elaborating a text. */
export interface Elaboration {
  readonly end: 'finished' | ForcedEnd;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the imports could not be processed, so that the rest was not looked at. */
  readonly headerFailed: boolean;
  /** For `crashed`, `garbled` and `output-limit`: what is known of how. */
  readonly detail?: string;
}

type End = Pick<Elaboration, 'end' | 'detail'>;

/** The longest message of Lean that is read: while this program parses it, nobody else is served. */
const messageLimit = 4 * 1024 * 1024;

/** Disposing kills the sandbox. After an end other than `finished` nothing else can be done with it. */
export class LeanServer implements AsyncDisposable {
  /** What it was made of. */
  readonly launch: LeanLaunch;
  readonly #sandbox: Sandbox;
  readonly #client: LeanClient;
  readonly #limits: OutputLimits;
  #guard: OutputGuard;
  #stdout: BoundedText;
  #stderr: BoundedText;
  #onProgress: (processing: readonly LspRange[]) => void = () => undefined;
  /** Set once Lean is no longer heard. */
  #overdrawn: End | undefined;
  #onOverdrawn: (end: End) => void = () => undefined;

  private constructor(sandbox: Sandbox, launch: LeanLaunch, limits: OutputLimits, turns: ReadingTurns) {
    this.launch = launch;
    this.#sandbox = sandbox;
    this.#limits = limits;
    this.#guard = new OutputGuard(limits.stopBytes);
    this.#stdout = new BoundedText(limits.keepBytes);
    this.#stderr = new BoundedText(limits.keepBytes);
    this.#client = new LeanClient({
      stdin: sandbox.stdin,
      stdout: sandbox.stdout,
      mode: launch.toolchain.worker ? 'worker' : 'server',
      messageLimit,
      turns,
      onOutput: (bytes) => {
        this.#guard.count(bytes.length);
        this.#stdout.append(bytes);
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
      this.#stderr.append(bytes);
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

  /** Memory that the sandbox uses now; `undefined` when the engine does not say. */
  memoryUsage(): Promise<Bytes | undefined> {
    return this.#sandbox.memoryUsage();
  }

  /** Whether Lean answers nothing any more; {@link ended} says why, a little later. */
  get hasEnded(): boolean {
    return this.#client.hasEnded;
  }

  /** Settles as soon as nothing can be done with the sandbox any more. */
  get ended(): Promise<void> {
    return this.#sandbox.disconnected;
  }

  /**
   * Makes this the document and waits until Lean has said everything about it, or something else ends that.
   *
   * @param onLine hears the first line (from 1) that is still being elaborated
   */
  async elaborate(text: string, deadline: Deadline, onLine?: (line: number) => void): Promise<Elaboration> {
    this.#guard = new OutputGuard(this.#limits.stopBytes);
    this.#onProgress = (processing) => {
      const first = processing[0];
      if (first !== undefined) onLine?.(first.start.line + 1);
    };
    const overdrawn = new Promise<End>((resolve) => {
      this.#onOverdrawn = resolve;
    });
    const end = await Promise.race([
      this.#client.check(text).then(
        () => this.#endOfCheck(),
        // The connection is gone; the sandbox's end, which follows, says why.
        () => this.#overdrawn ?? this.#sandbox.exited.then(describeExit),
      ),
      this.#sandbox.exited.then(describeExit),
      overdrawn,
      this.#guard.overflowed.then((): End => ({ end: 'output-limit' })),
      deadline.stopped.then((reason): End => ({ end: reason })),
    ]);
    const { diagnostics, headerFailed } = this.#client.report;
    return { ...end, diagnostics: toDiagnostics(diagnostics, text), headerFailed };
  }

  /** Questions about places in the document, once it is elaborated. */
  get questions(): DocumentQuestions {
    return new DocumentQuestions(this.#client);
  }

  /** What the document declares, as it was last elaborated. Rejects when the server ends first. */
  async declarations(): Promise<readonly Declaration[]> {
    return declarationsIn(await this.#client.symbols(), this.#client.text);
  }

  /** What was written to the process's own stdout and stderr since the last time, messages of Lean excepted. */
  takeOutput(): { stdout: KeptText; stderr: KeptText } {
    const taken = { stdout: this.#stdout.kept(), stderr: this.#stderr.kept() };
    this.#stdout = new BoundedText(this.#limits.keepBytes);
    this.#stderr = new BoundedText(this.#limits.keepBytes);
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#sandbox[Symbol.asyncDispose]();
  }

  #endOfCheck(): End {
    if (this.#sandbox.outOfMemory) return { end: 'out-of-memory' };
    if (!this.#client.lostMessages) return { end: 'finished' };
    return { end: 'garbled', detail: 'Lean’s messages were destroyed by other output on its stdout' };
  }
}

function endOfReading(why: Overdraft, detail: string | undefined): End {
  if (why === 'strange') {
    return { end: 'garbled', detail: detail ?? 'much on Lean’s stdout looked like Lean’s messages and was none' };
  }
  const what = detail ?? 'more messages than are read';
  return { end: 'output-limit', detail: `Lean’s messages about the code were too much: ${what}` };
}

const killedFromOutside = 'somebody had the engine kill the sandbox';

/** The end of a process that should have gone on. */
function describeExit(exit: SandboxExit): End {
  if (exit.outOfMemory) return { end: 'out-of-memory' };
  if (exit.killed === true) return { end: 'crashed', detail: killedFromOutside };
  if (exit.exitCode === undefined) return { end: 'lost' };
  return { end: 'crashed', detail: `Lean’s process ended with exit code ${exit.exitCode} before it had answered` };
}
