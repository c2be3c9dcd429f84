/*
 * Connections of clients that speak a protocol of 2025. Such a client opens a connection with `initialize`, gets an id for
 * it, and sends that with every request; cancelling a call is a request of its own, so something must know which calls are
 * under way. That is all that is kept: no session of Lean hangs on a connection, and a client whose connection is gone
 * opens another one. An id is good only for the principal that opened the connection.
 */
import { isInitializeRequest, type McpServer } from '@modelcontextprotocol/server';
import type { Principal } from '../core/ids.ts';
import type { Exchange } from './exchange.ts';
import { LegacyConnection } from './legacy-connection.ts';
import { rpcError } from './rpc-error.ts';

export interface LegacyConnectionsOptions {
  /** Connections that one principal may have; the one that was idle the longest makes room for a new one. */
  readonly maxPerPrincipal: number;
  /** A connection without a request for this long is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
}

/** The connections of all principals. Disposing closes them. */
export class LegacyConnections implements AsyncDisposable {
  readonly #options: LegacyConnectionsOptions;
  readonly #connections = new Map<string, LegacyConnection>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: LegacyConnectionsOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => {
      this.#closeIdle();
    }, options.idleTimeoutMs / 10).unref();
  }

  get size(): number {
    return this.#connections.size;
  }

  /** @param createServer makes the protocol server of a new connection */
  async handle(exchange: Exchange, body: unknown, createServer: () => McpServer): Promise<Response> {
    const { request, principal } = exchange;
    const id = request.headers.get('mcp-session-id');
    const connection = id === null ? undefined : this.#connections.get(id);
    if (connection?.principal === principal) return await connection.handle(exchange, body);
    // Also with the id of a connection that is gone: opening another one is what its client is to do then.
    if (isInitializeRequest(body)) return await this.#open(exchange, body, createServer());
    if (id !== null) return rpcError(404, -32_001, 'Session not found');
    return rpcError(400, -32_000, 'Bad Request: Mcp-Session-Id header is required');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.allSettled([...this.#connections.values()].map((connection) => connection.close()));
  }

  async #open(exchange: Exchange, body: unknown, server: McpServer): Promise<Response> {
    const { principal } = exchange;
    const connection = await LegacyConnection.with(server, principal, (id) => this.#connections.delete(id));
    try {
      return await connection.handle(exchange, body);
    } finally {
      const { id } = connection;
      // The protocol may have refused to open it, and then nobody could ever name it.
      if (id === undefined) await connection.close();
      else {
        this.#makeRoom(principal);
        this.#connections.set(id, connection);
      }
    }
  }

  #makeRoom(principal: Principal): void {
    const own = [...this.#connections.values()].filter((connection) => connection.principal === principal);
    if (own.length < this.#options.maxPerPrincipal) return;
    const [oldest] = own.sort((a, b) => Number(a.isBusy) - Number(b.isBusy) || a.lastUsedAt - b.lastUsedAt);
    void oldest?.close();
  }

  #closeIdle(): void {
    const limit = Date.now() - this.#options.idleTimeoutMs;
    for (const connection of this.#connections.values()) {
      if (!connection.isBusy && connection.lastUsedAt < limit) void connection.close();
    }
  }
}
