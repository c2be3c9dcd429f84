import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { AppError, messageOf } from '../core/app-error.ts';
import { formatAddress, type ListenAddress } from '../core/listen-address.ts';

/** Bounds on connections, so that slow or idle ones do not keep others out. Times in milliseconds. */
const limits = {
  /** For the headers of a request to arrive. */
  headersTimeout: 10_000,
  /** For all of a request to arrive; answering it may take longer. */
  requestTimeout: 60_000,
  /** Between two requests on a connection. */
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16_384,
} as const;

export interface HttpServerOptions {
  readonly fetch: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  readonly address: ListenAddress;
  /** Connections beyond this are closed at once. */
  readonly maxConnections: number;
}

/** A server that listens. Disposing closes its connections, with whatever is under way on them. */
export class HttpServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #closed: Promise<unknown>;
  /** Answers that their callers do not have yet. */
  readonly #answers = new Set<ServerResponse>();

  private constructor(server: Server) {
    this.#server = server;
    this.#closed = once(server, 'close');
    server.on('request', (_, answer: ServerResponse) => {
      this.#answers.add(answer);
      answer.once('close', () => this.#answers.delete(answer));
    });
  }

  /** @throws AppError `usage` when nobody can listen at the address */
  static async listen({ fetch, address, maxConnections }: HttpServerOptions): Promise<HttpServer> {
    const listener = getRequestListener((request, bindings) => fetch(request, bindings as HttpBindings), {
      overrideGlobalObjects: false,
    });
    const server = createServer(limits, (incoming, outgoing) => void listener(incoming, outgoing));
    server.maxConnections = maxConnections;
    try {
      server.listen(address.port, address.host);
      await once(server, 'listening');
    } catch (error) {
      throw new AppError('usage', `Nothing can listen on ${formatAddress(address)}: ${messageOf(error)}`, {
        cause: error,
        hint: 'Give another port, or an address of this machine: serve --http [HOST:]PORT.',
      });
    }
    return new HttpServer(server);
  }

  /** Where it listens; the port is the one that the system has chosen if 0 was asked for. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more connections, and closes those that wait for a request. */
  stopAccepting(): void {
    this.#server.close();
  }

  /** Resolves when every answer has been read by its caller, or after this time. */
  async finishAnswers(limitMs: number): Promise<void> {
    const finished = Promise.all([...this.#answers].map((answer) => once(answer, 'close')));
    await Promise.race([finished, pause(limitMs, undefined, { ref: false })]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#closed;
  }
}
