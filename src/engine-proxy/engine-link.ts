import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What the engine said: an answer, or the connection that attaching turns into. */
export type EngineAnswer =
  | { readonly message: IncomingMessage }
  | { readonly message: IncomingMessage; readonly connection: Duplex; readonly head: Buffer };

/** The engine behind its socket. Every request has a connection of its own. */
export class EngineLink {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Sends a request; rejects when the engine cannot be reached. */
  async send(method: string, path: string, body?: string): Promise<EngineAnswer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return await this.#finish(request(this.#options(method, path, headers)), body);
  }

  /** Attaches to a container. */
  async attach(path: string): Promise<EngineAnswer> {
    return await this.#finish(request(this.#options('POST', path, { connection: 'Upgrade', upgrade: 'tcp' })));
  }

  /** What the engine tells as JSON; `undefined` when its status is not 200. */
  async read(path: string): Promise<{ readonly status: number; readonly value: unknown }> {
    const { message } = await this.send('GET', path);
    const body = await bodyOf(message);
    const status = message.statusCode ?? 0;
    return { status, value: status === 200 ? JSON.parse(body.toString()) : undefined };
  }

  #options(method: string, path: string, headers: Readonly<Record<string, string>>): object {
    return { socketPath: this.#socketPath, method, path, agent: false, headers: { host: 'docker', ...headers } };
  }

  async #finish(sent: ClientRequest, body?: string): Promise<EngineAnswer> {
    return await new Promise((resolve, reject) => {
      sent.once('response', (message) => {
        resolve({ message });
      });
      sent.once('upgrade', (message, connection, head) => {
        resolve({ message, connection, head });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** All of a body. */
export async function bodyOf(message: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
