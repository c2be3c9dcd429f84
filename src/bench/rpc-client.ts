/*
 * As much of an MCP client as measuring takes: requests out as lines of JSON, answers in, matched by id. A client library
 * would be a run-time dependency for this alone.
 */
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { AppError } from '../core/app-error.ts';
import { serverEnded } from './server-process.ts';

interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown };
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** A connection to a server's stdin and stdout. */
export class RpcClient {
  readonly #stdin: Writable;
  readonly #readLog: () => string;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #closed = false;

  /** @param readLog what the server has logged, for the message when it ends */
  constructor(stdin: Writable, stdout: Readable, readLog: () => string) {
    this.#stdin = stdin;
    this.#readLog = readLog;
    // A server that ends early is noticed by the end of its output.
    stdin.on('error', () => undefined);
    createInterface({ input: stdout })
      .on('line', (line) => {
        this.#receive(line);
      })
      .once('close', () => {
        this.#closed = true;
        for (const { reject } of this.#pending.values()) reject(serverEnded(this.#readLog()));
        this.#pending.clear();
      });
  }

  /** @throws AppError `internal` when the server answers with an error or ends */
  request(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(serverEnded(this.#readLog()));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method: string): void {
    this.#send({ method });
  }

  #send(message: object): void {
    this.#stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #receive(line: string): void {
    const { id, result, error } = JSON.parse(line) as Answer;
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (pending === undefined) return;
    this.#pending.delete(Number(id));
    if (error === undefined) pending.resolve(result);
    else pending.reject(new AppError('internal', `The server answered with an error: ${String(error.message)}`));
  }
}
