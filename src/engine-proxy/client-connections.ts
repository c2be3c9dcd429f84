import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';

/**
 * Tells whether the other end of each connection is there. Asked of connections and not of requests: those that wait behind
 * another one on the same connection are never told that it has closed.
 */
export class ClientConnections {
  readonly #gone = new WeakMap<Duplex, AbortController>();

  /** Watches a connection from its beginning. */
  watch(connection: Duplex): void {
    const gone = new AbortController();
    // A connection can bring many requests.
    setMaxListeners(0, gone.signal);
    this.#gone.set(connection, gone);
    connection.once('close', () => {
      this.leave(connection);
    });
  }

  /** Fires when nobody is at the other end any more. */
  signalOf(connection: Duplex): AbortSignal {
    return this.#gone.get(connection)?.signal ?? AbortSignal.abort(new ClientLeft());
  }

  /** Takes the other end to be gone. */
  leave(connection: Duplex): void {
    this.#gone.get(connection)?.abort(new ClientLeft());
  }
}

/** Why something is not finished that nobody waits for. */
export class ClientLeft extends Error {
  constructor() {
    super('the client has closed its connection');
  }
}
