import { AppError, messageOf } from '../core/app-error.ts';
import { JoinedSignal } from '../core/joined-signal.ts';

/**
 * An answer of lines of JSON. The next one is asked for when its reader has room for it. When one cannot be had, the last
 * line says so: the status has been sent long before.
 *
 * @param signals what ends it
 */
export function lineStream(
  status: number,
  signals: readonly AbortSignal[],
  lines: (signal: AbortSignal) => AsyncGenerator<object, void, undefined>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const cancelled = new AbortController();
  const joined = new JoinedSignal([...signals, cancelled.signal]);
  const source = lines(joined.signal);
  const encode = (line: object): Uint8Array => Buffer.from(`${JSON.stringify(line)}\n`);
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const next = await source.next();
          if (next.done !== true) {
            controller.enqueue(encode(next.value));
            return;
          }
        } catch (error) {
          controller.enqueue(encode({ error: describe(error) }));
        }
        joined[Symbol.dispose]();
        controller.close();
      },
      cancel: async () => {
        cancelled.abort(new DOMException('nobody reads it', 'AbortError'));
        await source.return(undefined).catch(() => undefined);
        joined[Symbol.dispose]();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    status,
    headers: {
      ...headers,
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}

function describe(error: unknown): object {
  if (!(error instanceof AppError)) return { code: 'internal', message: messageOf(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint !== undefined && { hint }) };
}
