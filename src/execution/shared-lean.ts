import type { HeldLean, LeanHolder } from '../lean/held-lean.ts';
import type { CallContext, CodeRequest, ExecutionResult, ExecutionService } from './execution-service.ts';

/** So many texts one Lean takes: what Lean itself keeps of each adds up. */
const maxTexts = 500;

/**
 * A Lean that several calls of one caller use, one after another: each text begins where the imports end. Whatever a text does
 * to the process stays, so that it can reach what is said about those after it. Disposing destroys it.
 */
export class SharedLean implements LeanHolder, Disposable {
  #server: HeldLean | undefined;
  #texts = 0;

  get server(): HeldLean | undefined {
    return this.#server?.lean.thing.hasEnded === true ? undefined : this.#server;
  }

  /** How many texts its Lean has had. */
  get texts(): number {
    return this.server === undefined ? 0 : this.#texts;
  }

  attach(server: HeldLean): void {
    this.dropServer();
    this.#server = server;
    this.#texts = 0;
  }

  dropServer(): void {
    this.#server?.lean[Symbol.dispose]();
    this.#server = undefined;
  }

  /** A text has come to its end in it; after many, another Lean takes over. */
  noteText(): void {
    this.#texts += 1;
    if (this.#texts >= maxTexts) this.dropServer();
  }

  [Symbol.dispose](): void {
    this.dropServer();
  }
}

/** An execution service of which calls can share a Lean. */
export interface SharingExecutionService extends ExecutionService {
  /**
   * Runs code in a sandbox of its own, or in one that it shares.
   *
   * @param shared keeps the sandbox for other code of the same caller, which may reach what is said of code after it
   * @throws AppError when there is no engine, no image, or the like
   */
  runCode(request: CodeRequest, context: CallContext, shared?: SharedLean): Promise<ExecutionResult>;
}
