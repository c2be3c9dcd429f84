import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { formatAddress, type ListenAddress } from '../core/listen-address.ts';
import { within } from '../core/within.ts';
import { Connections } from './connections.ts';
import { inTurn } from './request-turns.ts';

/** Bounds on connections, so that slow or idle ones do not keep others out. Times in milliseconds. */
const limits = {
  /** For the headers of a request to arrive. */
  headersTimeout: 10_000,
  /** Kept by {@link timeBody}, because there are requests without such a limit. */
  requestTimeout: 0,
  /** Between two requests on a connection. */
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16_384,
} as const;

/** For the body of a request to arrive; answering it may take longer. In milliseconds. */
const bodyTimeoutMs = 60_000;

/** What is known of a request besides what it says. */
export interface RequestBindings extends HttpBindings {
  /** Resolves when the answer is complete or nobody waits for it any more. */
  readonly closed: Promise<void>;
  /** To be called as soon as the caller is known: until then the connection may have to make room for another one. */
  readonly callerIsKnown: () => void;
  /** To be called for a request whose body may take any time to arrive. */
  readonly bodyMayLast: () => void;
}

export interface HttpServerOptions {
  readonly fetch: (request: Request, bindings: RequestBindings) => Response | Promise<Response>;
  readonly address: ListenAddress;
  /** Connections that may be open at a time. */
  readonly maxConnections: number;
}

/** A server that listens. Disposing closes its connections, with whatever is under way on them. */
export class HttpServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #closed: Promise<unknown>;
  /** Answers that their callers do not have yet. */
  readonly #answers = new Set<ServerResponse>();
  /** Of requests that are still arriving. */
  readonly #bodyTimers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

  private constructor({ fetch, maxConnections }: HttpServerOptions) {
    const connections = new Connections(maxConnections);
    const listener = getRequestListener(
      (request, bindings) => {
        const { incoming, outgoing } = bindings as HttpBindings;
        const { socket } = incoming;
        const closed = new Promise<void>((resolve) => {
          outgoing.once('close', () => {
            resolve();
          });
        });
        const callerIsKnown = (): void => {
          connections.callerIsKnown(socket);
        };
        const bodyMayLast = (): void => {
          clearTimeout(this.#bodyTimers.get(incoming));
        };
        return fetch(request, { incoming, outgoing, closed, callerIsKnown, bodyMayLast });
      },
      { overrideGlobalObjects: false },
    );
    this.#server = createServer(limits);
    this.#closed = once(this.#server, 'close');
    this.#server.on('connection', (socket) => {
      connections.add(socket);
    });
    const begin = inTurn((incoming, outgoing) => {
      const { socket } = incoming;
      this.#answers.add(outgoing);
      outgoing.once('close', () => {
        this.#answers.delete(outgoing);
        connections.answered(socket);
      });
      void listener(incoming, outgoing);
    });
    this.#server.on('request', (incoming, outgoing) => {
      this.#timeBody(incoming, outgoing);
      begin(incoming, outgoing);
    });
  }

  /** Closes the connection of a request that does not arrive in time. */
  #timeBody(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (incoming.complete) return;
    const timer = setTimeout(() => {
      if (incoming.complete) return;
      if (!outgoing.headersSent) incoming.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      incoming.socket.destroySoon();
    }, bodyTimeoutMs).unref();
    this.#bodyTimers.set(incoming, timer);
    incoming.once('close', () => {
      clearTimeout(timer);
    });
  }

  /** @throws AppError `usage` when nobody can listen at the address */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const { address } = options;
    const listening = new HttpServer(options);
    const server = listening.#server;
    try {
      server.listen(address.port, address.host);
      await once(server, 'listening');
    } catch (error) {
      throw new AppError(
        failures.usage.httpAddress,
        `Nothing can listen on ${formatAddress(address)}: ${messageOf(error)}`,
        { cause: error },
      );
    }
    return listening;
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
    await within(finished, limitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#closed;
  }
}
