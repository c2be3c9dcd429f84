/*
 * One connection of a client that speaks a protocol of 2025. That protocol says that a response that breaks off cancels
 * nothing, so a call goes on to its own end or limit, and counts as open until then. What cancels is a message, and the
 * client's word that it is done with the connection.
 */
import { randomUUID } from 'node:crypto';
import {
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Principal } from '../core/ids.ts';
import type { Exchange } from './exchange.ts';
import { rpcError } from './rpc-error.ts';

type RequestId = string | number;

const cancellation = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

/** The transport, which also tells which requests are answered. */
class Transport extends WebStandardStreamableHTTPServerTransport {
  onAnswered: (id: RequestId) => void = () => undefined;

  override async send(...[message, options]: Parameters<WebStandardStreamableHTTPServerTransport['send']>) {
    try {
      await super.send(message, options);
    } finally {
      const isAnswer = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
      if (isAnswer && message.id !== undefined) this.onAnswered(message.id);
    }
  }
}

interface Unanswered {
  /** Is called when it is answered, or will never be. */
  readonly onEnd: () => void;
  /** Those that came with it and share its stream. */
  readonly batch: readonly RequestId[];
}

/** A connection, from the request that is to open it on. */
export class LegacyConnection {
  readonly principal: Principal;
  lastUsedAt = Date.now();
  readonly #transport = new Transport({ sessionIdGenerator: randomUUID });
  readonly #unanswered = new Map<RequestId, Unanswered>();
  /** Requests that are not answered, or whose answer is on its way; a stream of notifications counts. */
  #open = 0;

  private constructor(principal: Principal) {
    this.principal = principal;
    this.#transport.onAnswered = (id) => {
      this.#settle(id);
    };
  }

  /** @param onClose is called once, whoever has closed it */
  static async with(server: McpServer, principal: Principal, onClose: (id: string) => void): Promise<LegacyConnection> {
    const connection = new LegacyConnection(principal);
    const transport = connection.#transport;
    await server.connect(transport);
    const { onclose } = transport;
    transport.onclose = () => {
      for (const id of [...connection.#unanswered.keys()]) connection.#settle(id);
      if (transport.sessionId !== undefined) onClose(transport.sessionId);
      onclose?.();
    };
    return connection;
  }

  /** What the client names it by; absent as long as it is not open. */
  get id(): string | undefined {
    return this.#transport.sessionId;
  }

  /** Whether something is under way on it. */
  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** Answers a request of its client. */
  async handle({ request, closed, keepPlaceUntil }: Exchange, body: unknown): Promise<Response> {
    const messages: readonly unknown[] = Array.isArray(body) ? body : [body];
    const ids = messages.filter((message) => isJSONRPCRequest(message)).map(({ id }) => id);
    if (new Set(ids).size < ids.length || ids.some((id) => this.#unanswered.has(id))) {
      return rpcError(400, -32_600, 'Two requests with the same id at a time: give each on this connection its own');
    }
    this.#countUntil(closed);
    for (const id of ids) {
      const answered = new Promise<void>((onEnd) => this.#unanswered.set(id, { onEnd, batch: ids }));
      keepPlaceUntil(answered);
      this.#countUntil(answered);
    }
    const response = await this.#transport.handleRequest(request, { parsedBody: body });
    // A request that was refused is not answered in another way.
    if (!response.ok) for (const id of ids) this.#settle(id);
    for (const message of messages) {
      const { data } = cancellation.safeParse(message);
      if (data !== undefined) await this.#forget(data.params.requestId);
    }
    return response;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** Lets go of a request that the client has cancelled: no answer will come, and nothing else would end its stream. */
  async #forget(id: RequestId): Promise<void> {
    const { batch } = this.#unanswered.get(id) ?? {};
    if (batch === undefined) return;
    if (!batch.some((other) => other !== id && this.#unanswered.has(other))) this.#transport.closeSSEStream(id);
    await this.#transport.send({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'Cancelled' } });
  }

  #settle(id: RequestId): void {
    this.#unanswered.get(id)?.onEnd();
    this.#unanswered.delete(id);
  }

  #countUntil(end: Promise<void>): void {
    this.#open += 1;
    void end.then(() => {
      this.#open -= 1;
      this.lastUsedAt = Date.now();
    });
  }
}
