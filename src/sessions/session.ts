import type { SessionId } from '../core/ids.ts';
import type { LeanServer } from '../lean/lean-server.ts';
import { emptySource, type SessionSource } from './session-source.ts';

/** A Lean server, and the header that its document must keep. */
export interface SessionServer {
  readonly server: LeanServer;
  readonly header: string;
}

/**
 * A session. Its truth is the text that it has accepted; the Lean server that has elaborated the text is a cache, and can
 * be lost and made again. Calls take turns. Disposing destroys the server; the handle is then of no use.
 */
export class Session implements AsyncDisposable {
  readonly id: SessionId;
  #source: SessionSource = emptySource;
  #server: SessionServer | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  #waiting = 0;

  constructor(id: SessionId) {
    this.id = id;
  }

  get source(): SessionSource {
    return this.#source;
  }

  /** The server, if there is a living one. */
  get server(): SessionServer | undefined {
    return this.#server;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether a call is running or waiting. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Does work when the calls before it are done. */
  async takeTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#waiting += 1;
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Keeps a text that Lean has accepted. */
  accept(source: SessionSource): void {
    this.#source = source;
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
