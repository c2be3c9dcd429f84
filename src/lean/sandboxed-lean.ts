import type { Bytes } from '../core/bytes.ts';
import type { Deadline } from '../core/deadline.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { endOfReading } from './end-of-lean.ts';
import { KeptOutput } from './kept-output.ts';
import type { LeanLaunch } from './lean-launch.ts';
import type { Cut, Output } from './lean.ts';
import { OutputGuard, type OutputLimits } from './output-guard.ts';
import type { Overdraft } from './reading/reading-budget.ts';

/**
 * What a Lean is whatever protocol is spoken with it: a sandbox with output that is kept, and what ends a text before Lean
 * is done with it. Disposing kills the sandbox.
 */
export abstract class SandboxedLean<Elaborated> implements AsyncDisposable {
  readonly launch: LeanLaunch;
  protected readonly sandbox: Sandbox;
  protected readonly limits: OutputLimits;
  readonly #output: KeptOutput;
  #guard: OutputGuard;
  #overdrawn: Cut | undefined;
  #onOverdrawn: (end: Cut) => void = () => undefined;
  #last: Elaborated | undefined;

  protected constructor(sandbox: Sandbox, launch: LeanLaunch, limits: OutputLimits) {
    this.launch = launch;
    this.sandbox = sandbox;
    this.limits = limits;
    this.#output = new KeptOutput(limits.keepBytes);
    this.#guard = new OutputGuard(limits.stopBytes);
    sandbox.stderr.on('data', (bytes: Buffer) => {
      this.keep('stderr', bytes);
    });
  }

  memoryUsage(): Promise<Bytes | undefined> {
    return this.sandbox.memoryUsage();
  }

  get ended(): Promise<void> {
    return this.sandbox.disconnected;
  }

  takeOutput(): Output {
    return this.#output.take();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }

  /** What is written from now on is output of another text. */
  protected beginText(): void {
    this.#guard = new OutputGuard(this.limits.stopBytes);
  }

  /** Counts what the text has written, wherever it is kept. */
  protected count(bytes: Buffer): void {
    this.#guard.count(bytes.length);
  }

  /** Counts and keeps what the text has written. */
  protected keep(stream: keyof Output, bytes: Buffer): void {
    this.count(bytes);
    this.#output.append(stream, bytes);
  }

  /** Lean is no longer heard. The first reason counts. */
  protected overdraw(why: Overdraft, detail: string | undefined): void {
    this.#overdrawn ??= endOfReading(why, detail);
    this.#onOverdrawn(this.#overdrawn);
  }

  /** Set once Lean is no longer heard. */
  protected get overdrawn(): Cut | undefined {
    return this.#overdrawn;
  }

  /** Resolves when a text or its program has to end before its time; who waited before hears no more of it. */
  protected async stopped(deadline: Deadline): Promise<Cut> {
    if (this.#overdrawn !== undefined) return this.#overdrawn;
    const overdrawn = new Promise<Cut>((resolve) => {
      this.#onOverdrawn = resolve;
    });
    const overflowed = this.#guard.overflowed.then((): Cut => ({ end: 'output-limit' }));
    const end = await deadline.race(Promise.race([overdrawn, overflowed]));
    return 'stopped' in end ? { end: end.stopped } : end.value;
  }

  /** What is known of the text that was elaborated last. Throws TypeError when there is none. */
  protected get elaborated(): Elaborated {
    if (this.#last === undefined) throw new TypeError('nothing has been elaborated that could be asked about');
    return this.#last;
  }

  /** A text came to its end. */
  protected noteElaborated(elaborated: Elaborated): void {
    this.#last = elaborated;
  }
}
