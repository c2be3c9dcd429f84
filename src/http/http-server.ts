import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  private constructor(server: Server) {
    this.#server = server;
    this.#closed = once(server, 'close');
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#closed;
  }
}
