/*
 * The protocol over HTTP, all revisions at one address. A request of 2026-07-28 stands for itself: a protocol server is made
 * for it and forgotten with its answer. Those of 2025 belong to a connection. Either way tools are bound to the principal.
 */
import {
  createMcpHandler,
  isLegacyRequest,
  type McpHttpHandler,
  type McpServer,
  type ProtocolEra,
} from '@modelcontextprotocol/server';
import type { Principal } from '../core/ids.ts';
import { createMcpServer, type ServerIdentity } from '../mcp/create-mcp-server.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import { observeUnknownTools } from '../mcp/unknown-tools.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { hungUp, type Exchange } from './exchange.ts';
import { FairTurns } from './fair-turns.ts';
import { readJsonBody } from './json-body.ts';
import { LegacyConnections } from './legacy-connections.ts';
import { sessionEventBus } from './session-event-bus.ts';

export interface McpEndpointOptions {
  readonly identity: ServerIdentity;
  /** The tools as a principal has them. */
  readonly toolsFor: (principal: Principal) => ToolEnvironment;
  readonly maxBodyBytes: number;
  readonly logger: Logger;
}

const connectionLimits = { maxPerPrincipal: 256, idleTimeoutMs: 1_800_000 };

/** Answers requests at the protocol's address. Disposing ends what would not end by itself: connections, streams of news. */
export class McpEndpoint implements AsyncDisposable {
  readonly #options: McpEndpointOptions;
  readonly #legacy = new LegacyConnections(connectionLimits);
  readonly #turns = new FairTurns();
  /** Those of requests that are not answered completely. */
  readonly #handlers = new Set<McpHttpHandler>();

  constructor(options: McpEndpointOptions) {
    this.#options = options;
  }

  async handle(exchange: Exchange): Promise<Response> {
    const { request, principal } = exchange;
    const body = request.method === 'POST' ? await readJsonBody(request, this.#options.maxBodyBytes) : undefined;
    await this.#turns.next(principal);
    // Nothing is begun for somebody who did not even wait for it to begin.
    if (request.signal.aborted) return hungUp();
    if (body !== undefined && 'refusal' in body) return body.refusal;
    const parsedBody = body?.value;
    const tools = this.#options.toolsFor(principal);
    observeUnknownTools(parsedBody, tools);
    const createServer = (era: ProtocolEra, lasts: boolean): McpServer =>
      createMcpServer(this.#options.identity, tools, { era, lasts });

    const isOfConnection = request.headers.has('mcp-session-id') || (await isLegacyRequest(request, parsedBody));
    if (isOfConnection) {
      return await this.#legacy.handle(exchange, parsedBody, () => createServer('legacy', true));
    }
    const handler = createMcpHandler(() => createServer('modern', false), {
      legacy: 'reject',
      bus: sessionEventBus(tools.sessions),
      onerror: (error) => {
        this.#options.logger.debug('Protocol error', { error: error.message });
      },
    });
    this.#handlers.add(handler);
    void exchange.closed.then(() => this.#handlers.delete(handler));
    return await handler.fetch(request, { parsedBody });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#handlers].map((handler) => handler.close()));
    await this.#legacy[Symbol.asyncDispose]();
  }
}
