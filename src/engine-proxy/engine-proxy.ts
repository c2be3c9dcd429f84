/*
 * Stands between a server and the engine's socket, which whoever has it can turn into all of the machine. It passes on what
 * a server needs for its sandboxes: questions about the engine, about images and containers of ours, the creation of
 * sandboxes exactly as this program makes them, and what is done with those. Everything else is refused.
 */
import { chmodSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../core/app-error.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Jail } from '../sandbox/sandbox.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { closeWhenAbandoned } from './abandoned-attachment.ts';
import { ClientConnections, ClientLeft } from './client-connections.ts';
import { bodyOf, EngineLink, type EngineAnswer } from './engine-link.ts';
import { listenOnSocket } from './listen-on-socket.ts';
import { permittedRequest, type PermittedRequest } from './permitted-request.ts';
import { howImagesAreMade, Refusal, SandboxOwnership } from './sandbox-ownership.ts';
import { checkSandboxRequest } from './sandbox-request.ts';
import { joinConnections, rawAnswer, withoutBody } from './joined-connections.ts';

export interface EngineProxyOptions {
  /** The engine's own socket. */
  readonly engineSocket: string;
  /** Where servers find this proxy. */
  readonly socketPath: string;
  /** Permissions of that socket, for instance 0o660. */
  readonly mode: number;
  /** The jail that sandboxes must have, with limits that are not exceeded. @param askedMemory what their image asks for */
  readonly jailFor: (askedMemory?: Bytes) => Jail;
  readonly logger: Logger;
  /** How long the engine may take to begin an answer, in milliseconds. Default: a minute, as servers give it. */
  readonly answerLimitMs?: number;
  /** How often the container of an attachment is looked at whose client has ended its side, in milliseconds. */
  readonly lookAgainMs?: number;
}

const defaultAnswerLimitMs = 60_000;
const defaultLookAgainMs = 30_000;

/** More than any sandbox is described with. */
const maxBodyBytes = 256 * 1024;
const maxLoggedPath = 200;
/** Headers that are about one connection. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length']);

/** A proxy that listens. Disposing closes its connections; sandboxes that hang on them end. */
export class EngineProxy implements AsyncDisposable {
  readonly #options: EngineProxyOptions;
  readonly #engine: EngineLink;
  readonly #ownership: SandboxOwnership;
  readonly #server: Server;
  readonly #clients = new ClientConnections();
  readonly #attached = new Set<Duplex>();

  private constructor(options: EngineProxyOptions) {
    this.#options = options;
    this.#engine = new EngineLink(options.engineSocket, options.answerLimitMs ?? defaultAnswerLimitMs);
    this.#ownership = new SandboxOwnership(this.#engine);
    // Clients keep connections for later; the engine, which they think they speak to, never closes idle ones.
    this.#server = createServer({ keepAliveTimeout: 0 });
    this.#server.on('connection', (connection: Duplex) => {
      this.#clients.watch(connection);
    });
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#onRequest(request, response);
    });
    this.#server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      void this.#onUpgrade(request, connection, head);
    });
  }

  /** @throws AppError `usage` when nobody can listen there */
  static async listen(options: EngineProxyOptions): Promise<EngineProxy> {
    const proxy = new EngineProxy(options);
    await listenOnSocket(proxy.#server, options.socketPath);
    chmodSync(options.socketPath, options.mode);
    return proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#attached) connection.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = this.#clients.signalOf(request.socket);
    try {
      const permitted = this.#permit(request);
      if (permitted.subject.kind === 'container' && permitted.subject.attaches)
        throw new Refusal(403, 'attaching needs an upgrade of the connection');
      const { message } = await this.#passOn(permitted, request, gone);
      const headers = Object.entries(message.headers).filter(([name]) => !ofConnection.has(name));
      response.writeHead(message.statusCode ?? 502, Object.fromEntries(headers) as Record<string, string>);
      // An endless answer, as of events, begins with its head only.
      response.flushHeaders();
      await pipeline(message, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else {
        const { status, message } = this.#refuse(request, error);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      }
    }
  }

  async #onUpgrade(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    connection.on('error', () => undefined);
    this.#attached.add(connection);
    connection.once('close', () => this.#attached.delete(connection));
    // Read from now on: an end that is not read is not noticed.
    const fromClient = withoutBody(connection, head, request.headers['content-length']);
    const onEnd = (): void => {
      this.#clients.leave(connection);
    };
    connection.once('end', onEnd);
    const gone = this.#clients.signalOf(connection);
    const answer = (status: number, body: Buffer): void => {
      connection.end(rawAnswer(status, body));
      fromClient.resume();
    };
    try {
      const { subject, path } = this.#permit(request);
      if (subject.kind !== 'container' || !subject.attaches)
        throw new Refusal(403, 'only attaching upgrades a connection');
      await this.#ownership.requireSandbox(subject.id, gone);
      const attached = await this.#engine.attach(path, gone);
      if (!('connection' in attached)) {
        answer(attached.message.statusCode ?? 502, await this.#engine.readBody(attached.message));
        return;
      }
      connection.off('end', onEnd);
      connection.write(rawAnswer(101));
      if (attached.head.length > 0) connection.write(attached.head);
      const attachment = { client: connection, engine: attached.connection, runs: () => this.#engine.runs(subject.id) };
      closeWhenAbandoned(attachment, this.#options.lookAgainMs ?? defaultLookAgainMs);
      joinConnections(fromClient, connection, attached.connection);
    } catch (error) {
      const { status, message } = this.#refuse(request, error);
      answer(status, Buffer.from(JSON.stringify({ message })));
    }
  }

  #permit({ method = '', url = '' }: IncomingMessage): PermittedRequest {
    const permitted = permittedRequest(method, url);
    if (permitted !== undefined) return permitted;
    const makesImage = /\/(?:build|images\/create)\b/.test(url);
    throw new Refusal(403, makesImage ? howImagesAreMade : 'no server asks this of an engine');
  }

  async #passOn(
    { method, path, subject }: PermittedRequest,
    request: IncomingMessage,
    gone: AbortSignal,
  ): Promise<EngineAnswer> {
    if (subject.kind === 'container') await this.#ownership.requireSandbox(subject.id, gone);
    if (subject.kind === 'image') await this.#ownership.requireImage(subject.name, gone);
    if (subject.kind !== 'creation') return await this.#engine.send(method, path, gone);
    const checked = checkSandboxRequest(await readJson(request), this.#options.jailFor());
    if ('refusal' in checked) throw new Refusal(403, checked.refusal);
    const askedMemory = await this.#ownership.requireImage(checked.image, gone);
    const most = this.#options.jailFor(askedMemory).limits.memory;
    if (checked.memory > most) throw new Refusal(403, `its limit memory is ${checked.memory}, more than ${most}`);
    return await this.#engine.send(method, path, gone, checked.body);
  }

  /** What is answered when something was refused, or failed. */
  #refuse({ method, url = '' }: IncomingMessage, error: unknown): { status: number; message: string } {
    const path = url.slice(0, maxLoggedPath).split('?', 1).join('');
    const isRefusal = error instanceof Refusal;
    const { logger } = this.#options;
    if (error instanceof ClientLeft) logger.debug('The client has left', { method, path });
    else if (isRefusal && error.status === 403)
      logger.warn('Refused a request', { method, path, reason: error.message });
    else if (!isRefusal) logger.error('A request failed', { method, path, error: messageOf(error) });
    const what = `${method ?? ''} ${path}`;
    return isRefusal
      ? { status: error.status, message: `${what} is refused by the engine's proxy: ${error.message}` }
      : { status: 502, message: `The engine's proxy failed with ${what}: ${messageOf(error)}` };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? Number.NaN) <= maxBodyBytes) {
    try {
      return JSON.parse((await bodyOf(request)).toString()) as unknown;
    } catch {
      throw new Refusal(400, 'its body is not JSON');
    }
  }
  throw new Refusal(403, `its body is larger than ${maxBodyBytes} bytes, or does not say how large it is`);
}
