/** A program that sends batches over HTTP, as plainly as one can. */
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';

export type Line = Readonly<Record<string, unknown>>;

/** An answer of lines that is being read. */
export interface LineAnswer extends AsyncDisposable {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The next line; `undefined` when there are no more. */
  readonly next: () => Promise<Line | undefined>;
  /** All lines that are left. */
  readonly rest: () => Promise<Line[]>;
}

export interface BatchClient {
  /** Sends a request whose body is written by the caller. */
  begin(method: string, path: string): { readonly sending: ClientRequest; readonly answer: () => Promise<LineAnswer> };
  /** Sends items, all at once. */
  post(path: string, items: readonly object[]): Promise<LineAnswer>;
  get(path: string): Promise<LineAnswer>;
  /** The same, as the one object that comes. */
  ask(method: string, path: string): Promise<{ readonly status: number; readonly body: Line }>;
}

export function batchClient(origin: string, token?: string): BatchClient {
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const begin: BatchClient['begin'] = (method, path) => {
    const sending = request(`${origin}${path}`, { method, headers, agent: false });
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    answered.catch(() => undefined);
    return {
      sending,
      answer: async () => {
        const [response] = await answered;
        const lines = createInterface({ input: response })[Symbol.asyncIterator]();
        const next: LineAnswer['next'] = async () => {
          const line = await lines.next();
          return line.done === true ? undefined : (JSON.parse(line.value) as Line);
        };
        return {
          status: response.statusCode ?? 0,
          headers: response.headers,
          next,
          rest: async () => {
            const all: Line[] = [];
            for (let line = await next(); line !== undefined; line = await next()) all.push(line);
            return all;
          },
          [Symbol.asyncDispose]: async () => {
            sending.destroy();
            response.destroy();
            await lines.return?.();
          },
        };
      },
    };
  };
  const get: BatchClient['get'] = async (path) => {
    const { sending, answer } = begin('GET', path);
    sending.end();
    return await answer();
  };
  return {
    begin,
    get,
    post: async (path, items) => {
      const { sending, answer } = begin('POST', path);
      sending.end(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      return await answer();
    },
    ask: async (method, path) => {
      const { sending, answer } = begin(method, path);
      sending.end();
      await using lines = await answer();
      return { status: lines.status, body: (await lines.next()) ?? {} };
    },
  };
}
