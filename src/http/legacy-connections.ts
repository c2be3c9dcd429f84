/*
 * Connections of clients that speak a protocol of 2025. Such a client opens a connection with `initialize`, gets an id for
 * it, and sends that with every request; cancelling a call is a request of its own, so something must know which calls are
 * under way. That is all that is kept: no session of Lean hangs on a connection, and a client whose connection is gone
 * opens another one. An id is good only for the principal that opened the connection.
 */
import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  isJSONRPCRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from '@modelcontextprotocol/server';
import type { Principal } from '../core/ids.ts';
import type { Exchange } from './exchange.ts';
import { rpcError } from './rpc-error.ts';

export interface LegacyConnectionsOptions {
  /** Connections that one principal may have; the one that was idle the longest makes room for a new one. */
  readonly maxPerPrincipal: number;
  /** A connection without a request for this long is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
}

interface Connection {
  readonly principal: Principal;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  lastUsedAt: number;
  /** Requests whose answer is not complete; a stream of notifications counts. */
  open: number;
}

/** The connections of all principals. Disposing closes them. */
export class LegacyConnections implements AsyncDisposable {
  readonly #options: LegacyConnectionsOptions;
  readonly #connections = new Map<string, Connection>();
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
    if (id !== null) {
      const connection = this.#connections.get(id);
      if (connection?.principal !== principal) return rpcError(404, -32_001, 'Session not found');
      return await serve(connection, exchange, body);
    }
    if (!isInitializeRequest(body)) return rpcError(400, -32_000, 'Bad Request: Mcp-Session-Id header is required');
    return await serve(await this.#open(principal, createServer), exchange, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.allSettled([...this.#connections.values()].map(({ transport }) => transport.close()));
  }

  async #open(principal: Principal, createServer: () => McpServer): Promise<Connection> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#makeRoom(principal);
        this.#connections.set(id, connection);
      },
    });
    const connection: Connection = { principal, transport, lastUsedAt: Date.now(), open: 0 };
    const server = createServer();
    await server.connect(transport);
    const { onclose } = transport;
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#connections.delete(transport.sessionId);
      onclose?.();
    };
    return connection;
  }

  #makeRoom(principal: Principal): void {
    const own = [...this.#connections.values()].filter((connection) => connection.principal === principal);
    if (own.length < this.#options.maxPerPrincipal) return;
    const [oldest] = own.sort((a, b) => Number(a.open > 0) - Number(b.open > 0) || a.lastUsedAt - b.lastUsedAt);
    void oldest?.transport.close();
  }

  #closeIdle(): void {
    const limit = Date.now() - this.#options.idleTimeoutMs;
    for (const { transport, open, lastUsedAt } of this.#connections.values()) {
      if (open === 0 && lastUsedAt < limit) void transport.close();
    }
  }
}

async function serve(connection: Connection, { request, closed }: Exchange, body: unknown): Promise<Response> {
  const { transport } = connection;
  connection.open += 1;
  void closed.then(() => {
    connection.open -= 1;
    connection.lastUsedAt = Date.now();
  });
  // Nobody can fetch the answer later, so nothing goes on for a client that has closed the response.
  const cancel = (): void => {
    for (const requestId of requestIds(body)) {
      const params = { requestId, reason: 'The client closed the response' };
      transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    }
  };
  request.signal.addEventListener('abort', cancel, { once: true });
  return await transport.handleRequest(request, { parsedBody: body });
}

function requestIds(body: unknown): (string | number)[] {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  return messages.filter((message) => isJSONRPCRequest(message)).map(({ id }) => id);
}
