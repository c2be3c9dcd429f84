import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { abortReason } from '../core/abortable.ts';
import { statesAtRest } from '../sandbox/docker/container-spec.ts';

/** What the engine said: an answer, or the connection that attaching turns into. */
export type EngineAnswer =
  | { readonly message: IncomingMessage }
  | { readonly message: IncomingMessage; readonly connection: Duplex; readonly head: Buffer };

const described = z.object({ State: z.object({ Status: z.string() }) });

/**
 * The engine behind its socket. Every request has a connection of its own, which closes when the request's signal fires,
 * also in the middle of an answer; a connection that attaching has turned into belongs to whoever attached. An answer that
 * has not begun within the limit is a failure.
 */
export class EngineLink {
  readonly #socketPath: string;
  readonly #limitMs: number;

  /** @param limitMs how long the engine may take to begin an answer, in milliseconds */
  constructor(socketPath: string, limitMs: number) {
    this.#socketPath = socketPath;
    this.#limitMs = limitMs;
  }

  /** Sends a request; rejects when the engine cannot be reached or does not answer, and with the signal's reason. */
  async send(method: string, path: string, signal: AbortSignal, body?: string): Promise<EngineAnswer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return await this.#finish(request(this.#options(method, path, headers)), signal, body);
  }

  /** Attaches to a container. */
  async attach(path: string, signal: AbortSignal): Promise<EngineAnswer> {
    return await this.#finish(request(this.#options('POST', path, { connection: 'Upgrade', upgrade: 'tcp' })), signal);
  }

  /** What the engine tells as JSON; `undefined` when its status is not 200. */
  async read(path: string, signal: AbortSignal): Promise<{ readonly status: number; readonly value: unknown }> {
    const { message } = await this.send('GET', path, signal);
    const body = await this.readBody(message);
    const status = message.statusCode ?? 0;
    return { status, value: status === 200 ? JSON.parse(body.toString()) : undefined };
  }

  /** Whether a container runs. */
  async runs(id: string): Promise<boolean> {
    const { status, value } = await this.read(`/containers/${id}/json`, new AbortController().signal);
    if (status === 404) return false;
    if (status !== 200) throw new Error(`the engine answered ${status}`);
    return !statesAtRest.has(described.parse(value).State.Status);
  }

  /** All of an answer's body, which has the same time limit again. */
  async readBody(message: IncomingMessage): Promise<Buffer> {
    const limit = setTimeout(() => message.destroy(this.#late()), this.#limitMs);
    try {
      return await bodyOf(message);
    } finally {
      clearTimeout(limit);
    }
  }

  #options(method: string, path: string, headers: Readonly<Record<string, string>>): object {
    return { socketPath: this.#socketPath, method, path, agent: false, headers: { host: 'docker', ...headers } };
  }

  async #finish(sent: ClientRequest, signal: AbortSignal, body?: string): Promise<EngineAnswer> {
    return await new Promise((resolve, reject) => {
      const limit = setTimeout(() => sent.destroy(this.#late()), this.#limitMs);
      const onAbort = (): void => {
        sent.destroy(abortReason(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      sent.once('close', () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', onAbort);
      });
      sent.once('response', (message) => {
        clearTimeout(limit);
        resolve({ message });
      });
      sent.once('upgrade', (message, connection, head) => {
        if (!signal.aborted) {
          resolve({ message, connection, head });
          return;
        }
        connection.destroy();
        reject(abortReason(signal));
      });
      sent.on('error', reject);
      if (signal.aborted) onAbort();
      else sent.end(body);
    });
  }

  #late(): Error {
    return new Error(`the engine did not answer within ${this.#limitMs / 1000} s`);
  }
}

/** All of a body. */
export async function bodyOf(message: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
