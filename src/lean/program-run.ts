/*
 * Runs a program: `lean --run` in a sandbox of its own. Lean prints its messages about the text first and on the same
 * stdout; a last command that prints a random word marks where they end and the program's output begins.
 */
import { randomBytes } from 'node:crypto';
import { BoundedText, type KeptText } from '../core/bounded-text.ts';
import type { Deadline } from '../core/deadline.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import { consume } from './consume.ts';
import { killedExit } from './end-of-lean.ts';
import { keptProgram, programInput } from './keeper.ts';
import { leanPath, leanSandbox, type LeanLaunch } from './lean-launch.ts';
import type { ProgramInput, ProgramRun } from './lean.ts';
import { OutputGuard, type OutputLimits } from './output-guard.ts';
import { endOfSource } from './source/end-of-source.ts';

/** A program and what it is given. */
export interface Program extends ProgramInput {
  readonly source: string;
}

/** A sandbox that waits for a program. It runs one and is then used up; disposing kills it. */
export class ProgramSandbox implements AsyncDisposable {
  /** What it was made of. */
  readonly launch: LeanLaunch;
  readonly #sandbox: Sandbox;
  readonly #output: OutputLimits;

  private constructor(sandbox: Sandbox, launch: LeanLaunch, output: OutputLimits) {
    this.launch = launch;
    this.#sandbox = sandbox;
    this.#output = output;
  }

  /** Throws what {@link SandboxDriver.start} throws. */
  static async start(
    driver: SandboxDriver,
    launch: LeanLaunch,
    output: OutputLimits,
    signal?: AbortSignal,
  ): Promise<ProgramSandbox> {
    const sandbox = await driver.start(leanSandbox(launch, keptProgram(leanPath), 'program'), signal);
    return new ProgramSandbox(sandbox, launch, output);
  }

  /** Settles as soon as nothing can be done with the sandbox any more. */
  get ended(): Promise<void> {
    return this.#sandbox.disconnected;
  }

  /** Runs the program to its end, or until something else ends it. */
  async run(program: Program, deadline: Deadline): Promise<ProgramRun> {
    const { stdin, stdout, stderr, exited } = this.#sandbox;
    const guard = new OutputGuard(this.#output.stopBytes);
    const marker = randomBytes(16).toString('hex');
    const out = new OutputBehindMarker(marker, this.#output.keepBytes);
    const err = new BoundedText(this.#output.keepBytes);
    const bothEnded = Promise.all([
      consume(stdout, (bytes) => {
        guard.count(bytes.length);
        out.append(bytes);
      }),
      consume(stderr, (bytes) => {
        guard.count(bytes.length);
        err.append(bytes);
      }),
    ]);
    const source = await withMarker(program.source, marker);
    stdin.write(programInput({ ...program, source }));

    const raced = await deadline.race(
      Promise.race([
        exited.then(async (exit) => {
          await bothEnded;
          return exit;
        }),
        guard.overflowed.then(() => 'output-limit' as const),
      ]),
    );
    const output = { stdout: out.kept(), stderr: err.kept() };
    if ('stopped' in raced) return { end: raced.stopped, ...output };
    const end = raced.value;
    if (end === 'output-limit') return { end, ...output };
    const killed = killedExit(end, 'the sandbox of the program');
    if (killed !== undefined) return { ...killed, ...output };
    if (end.exitCode === undefined) return { end: 'lost', ...output };
    // `#exit` and the like can swallow the marker, so its absence alone does not say that the program did not run.
    if (!out.markerSeen && end.exitCode !== 0) return { end: 'not-run', exitCode: end.exitCode, ...output };
    return { end: 'finished', exitCode: end.exitCode, ...output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}

/** The text with the printing of the marker as its last command. */
async function withMarker(source: string, marker: string): Promise<string> {
  return `${source.slice(0, await endOfSource(source))}\n#print "${marker}"\n`;
}

/** Output of `lean --run`: what comes after the line with the marker is the program's. */
class OutputBehindMarker {
  readonly #marker: Buffer;
  readonly #messages: BoundedText;
  readonly #program: BoundedText;
  #state: 'messages' | 'marker-line' | 'program' = 'messages';
  #seam = Buffer.alloc(0);

  constructor(marker: string, keepBytes: number) {
    this.#marker = Buffer.from(marker);
    this.#messages = new BoundedText(keepBytes);
    this.#program = new BoundedText(keepBytes);
  }

  get markerSeen(): boolean {
    return this.#state !== 'messages';
  }

  append(chunk: Buffer): void {
    if (this.#state === 'messages') {
      const searched = Buffer.concat([this.#seam, chunk]);
      const at = searched.indexOf(this.#marker);
      this.#messages.append(chunk);
      this.#seam = Buffer.from(searched.subarray(-this.#marker.length));
      if (at < 0) return;
      this.#state = 'marker-line';
      chunk = searched.subarray(at + this.#marker.length);
    }
    if (this.#state === 'marker-line') {
      const lineEnd = chunk.indexOf('\n');
      if (lineEnd < 0) return;
      this.#state = 'program';
      chunk = chunk.subarray(lineEnd + 1);
    }
    this.#program.append(chunk);
  }

  kept(): KeptText {
    return (this.markerSeen ? this.#program : this.#messages).kept();
  }
}
