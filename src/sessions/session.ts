import { AppError } from '../core/app-error.ts';
import type { SessionId } from '../core/ids.ts';
import type { LeanServer } from '../lean/lean-server.ts';
import { emptySource, type SessionSource } from './session-source.ts';

/** A Lean server, and the header that its document must keep. */
export interface SessionServer {
  readonly server: LeanServer;
  readonly header: string;
}

/** A call that the session has accepted. */
export interface AcceptedStep {
  /** The header of the session's text after it. */
  readonly header: string;
  /** What was kept of its code; see {@link SessionSource}. */
  readonly code: string;
  /** Names that it defined. */
  readonly names: readonly string[];
  readonly acceptedAt: Date;
}

/** Everything that a session is, its server aside. */
export interface SessionRecord {
  readonly id: SessionId;
  readonly createdAt: Date;
  readonly steps: readonly AcceptedStep[];
}

/**
 * A session. Its truth is the text that it has accepted; the Lean server that has elaborated the text is a cache, and can
 * be lost and made again. Calls take turns. Disposing destroys the server; the handle is then of no use.
 */
export class Session implements AsyncDisposable {
  readonly id: SessionId;
  readonly createdAt: Date;
  #steps: readonly AcceptedStep[];
  #server: SessionServer | undefined;
  #hadServer = false;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  #waiting = 0;
  #lastUsedAt = new Date();

  constructor({ id, createdAt, steps }: SessionRecord) {
    this.id = id;
    this.createdAt = createdAt;
    this.#steps = steps;
  }

  get record(): SessionRecord {
    return { id: this.id, createdAt: this.createdAt, steps: this.#steps };
  }

  get steps(): readonly AcceptedStep[] {
    return this.#steps;
  }

  get source(): SessionSource {
    return sourceOf(this.#steps);
  }

  /** When a call last began or ended. */
  get lastUsedAt(): Date {
    return this.#lastUsedAt;
  }

  /** The server, if there is a living one. */
  get server(): SessionServer | undefined {
    return this.#server;
  }

  /** Whether a server that had the text is gone, so that the next call replays the text in a new one. */
  get lostServer(): boolean {
    return this.#server === undefined && this.#hadServer && this.#steps.length > 0;
  }

  /** Whether a call is running or waiting. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Does work when the calls before it are done. */
  async takeTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#waiting += 1;
    this.#lastUsedAt = new Date();
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.#waiting -= 1;
      this.#lastUsedAt = new Date();
    }
  }

  /** Makes these the accepted steps: one more than before, or fewer. */
  replaceSteps(steps: readonly AcceptedStep[]): void {
    this.#steps = steps;
  }

  /**
   * The first steps.
   *
   * @throws AppError `usage` when there are fewer
   */
  firstSteps(count: number): readonly AcceptedStep[] {
    if (Number.isInteger(count) && count >= 0 && count <= this.#steps.length) return this.#steps.slice(0, count);
    throw new AppError('usage', `step is ${count}, but session ${this.id} has ${this.#steps.length} accepted steps.`, {
      hint: `Give a step from 0 (nothing accepted) to ${this.#steps.length}; describe-session lists them.`,
    });
  }

  /** The number of the step that defined a name, from 1. */
  stepThatDefined(name: string): number | undefined {
    const index = this.#steps.findIndex(({ names }) => names.includes(name));
    return index < 0 ? undefined : index + 1;
  }

  /**
   * Uses this server from now on; it is forgotten when it ends.
   *
   * @returns what is now to be destroyed: the server before, or this one when the session was closed meanwhile
   */
  attach(server: SessionServer): LeanServer | undefined {
    if (this.#closed) return server.server;
    const before = this.detach();
    this.#server = server;
    this.#hadServer = true;
    void server.server.ended.then(() => {
      if (this.#server === server) this.#server = undefined;
    });
    return before;
  }

  /** Lets go of the server; the text stays. @returns the server, to be destroyed */
  detach(): LeanServer | undefined {
    const server = this.#server?.server;
    this.#server = undefined;
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.detach()?.[Symbol.asyncDispose]();
  }
}

/** The text of some steps. */
export function sourceOf(steps: readonly AcceptedStep[]): SessionSource {
  const last = steps.at(-1);
  return last === undefined ? emptySource : { header: last.header, steps: steps.map(({ code }) => code) };
}
