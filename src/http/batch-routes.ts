/*
 * Batches over HTTP: items come in as lines of JSON and results go out as lines of JSON, both as streams. Whoever sends faster
 * than there is room for items is not read any further, and whoever reads slowly is not written to; a reader that has lost
 * its connection goes on behind the last result that it has, and a sender behind the last item that came in.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { z } from 'zod';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { toTimeLimitMs } from '../core/time-limit.ts';
import { readItems, type LineLimits } from '../batches/item-lines.ts';
import {
  noSuchBatch,
  type BatchHead,
  type BatchId,
  type CheckSettings,
  type WorkQueue,
} from '../batches/work-queue.ts';
import type { Exchange } from './exchange.ts';
import type { HttpEnvironment, Routes } from './http-app.ts';
import { lineStream } from './line-stream.ts';
import { patientBody } from './patient-body.ts';

export interface BatchDesk {
  readonly queue: WorkQueue;
  /** The image that new batches are for. Throws AppError when there is none. */
  readonly image: () => Promise<string>;
  /** @throws AppError `usage` when there is no environment of this name */
  readonly requireEnvironment: (name: string | undefined) => void;
  /** Names of what can be told of an item besides its verdict. */
  readonly parts: readonly string[];
  readonly limits: LineLimits & { readonly maxTimeoutS: number; readonly maxItems: number };
  /** Fires when the server is to end. */
  readonly closing: AbortSignal;
}

const lineTypes = /^application\/(?:x-ndjson|ndjson|jsonl|json-lines)\b/i;
/** How often a sender is told how far it is, in milliseconds. */
const receiptPauseMs = 1000;

/** `/batches`, and what is below it. */
export function batchRoutes(desk: BatchDesk): Routes {
  /** @throws AppError `batch-unknown`, also for a batch of somebody else */
  const requireOwn = async (id: string, { principal }: Exchange) => {
    const found = await desk.queue.find(id as BatchId);
    if (found?.head.principal !== principal || found.state.cancelled) throw noSuchBatch(id);
    return found;
  };
  return (app) => {
    app.post('/batches', async (context) => {
      const exchange = context.get('exchange');
      return await answered(context, async () => {
        requireLines(context);
        const settings = readSettings(context, desk);
        const { principal } = exchange;
        const image = await desk.image();
        await desk.queue.requireRoom(principal, image);
        const head: BatchHead = { id: randomUUID() as BatchId, principal, image, settings };
        await desk.queue.open(head);
        return receive(head, 0, exchange, desk, 201);
      });
    });
    app.post('/batches/:id', async (context) => {
      const exchange = context.get('exchange');
      return await answered(context, async () => {
        requireLines(context);
        const found = await requireOwn(context.req.param('id'), exchange);
        const { received, items } = found.state;
        const from = readNumber(context, 'from', received);
        if (items !== undefined)
          throw new AppError(failures.usage.batchComplete, `The batch is complete: it has ${items} items.`);
        if (from > received) {
          throw new AppError(
            failures.usage.batchOffset({ received }),
            `from is ${from}, and ${received} items have come in so far.`,
          );
        }
        return receive(found.head, from, exchange, desk, 200);
      });
    });
    app.get('/batches/:id', async (context) => {
      return await answered(context, async () => {
        const found = await requireOwn(context.req.param('id'), context.get('exchange'));
        const { received, items, decided } = found.state;
        const all = items === undefined ? {} : { items };
        return Response.json({ batch: found.head.id, received, ...all, decided, complete: decided === items });
      });
    });
    app.get('/batches/:id/results', async (context) => {
      const exchange = context.get('exchange');
      return await answered(context, async () => {
        const { id } = (await requireOwn(context.req.param('id'), exchange)).head;
        const after = readNumber(context, 'after', 0);
        return lineStream(200, [exchange.request.signal, desk.closing], (signal) =>
          tellResults(id, after, desk, signal),
        );
      });
    });
    app.delete('/batches/:id', async (context) => {
      return await answered(context, async () => {
        const found = await requireOwn(context.req.param('id'), context.get('exchange'));
        await desk.queue.cancel(found.head.id);
        return new Response(null, { status: 204 });
      });
    });
  };
}

/** Takes items in, and tells the sender how many have come in. */
function receive(head: BatchHead, from: number, exchange: Exchange, desk: BatchDesk, status: number): Response {
  const { id } = head;
  exchange.bodyMayLast();
  const headers = { location: `/batches/${id}` };
  return lineStream(
    status,
    [exchange.request.signal, desk.closing],
    async function* (signal) {
      yield { batch: id, results: `/batches/${id}/results` };
      let received = from;
      let toldAt = performance.now();
      const items = readItems(patientBody(exchange.request, signal), desk.limits, from);
      for await (const { index } of desk.queue.submit(head, items, signal)) {
        received = index + 1;
        if (received > desk.limits.maxItems) {
          throw new AppError(
            failures.usage.batchTooLong,
            `A batch has at most ${desk.limits.maxItems} items (batches.max_items).`,
          );
        }
        if (performance.now() - toldAt < receiptPauseMs) continue;
        toldAt = performance.now();
        yield { received };
      }
      await desk.queue.complete(id, received);
      yield { batch: id, items: received, complete: true };
    },
    headers,
  );
}

async function* tellResults(
  id: BatchId,
  after: number,
  { queue }: BatchDesk,
  signal: AbortSignal,
): AsyncGenerator<object, void, undefined> {
  for await (const { seq, report } of queue.results(id, after, signal)) yield { seq, ...report };
  const items = (await queue.find(id))?.state.items;
  yield { complete: true, ...(items !== undefined && { items }) };
}

/** What cannot be done is answered as JSON, with a status that programs understand. */
async function answered(context: Context<HttpEnvironment>, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint, retryAfterS } = error;
    const headers: Record<string, string> = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
    context
      .get('exchange')
      .request.body?.cancel()
      .catch(() => undefined);
    return Response.json({ error: { code, message, hint } }, { status: statusOf(code), headers });
  }
}

function statusOf(code: AppError['code']): number {
  switch (code) {
    case 'usage':
      return 400;
    case 'batch-unknown':
      return 404;
    case 'busy':
    case 'quota-used-up':
      return 429;
    default:
      return 503;
  }
}

function requireLines(context: Context<HttpEnvironment>): void {
  const type = context.req.header('content-type') ?? 'none';
  if (lineTypes.test(type)) return;
  throw new AppError(failures.usage.batchContentType, `The content type is ${type}; a batch is application/x-ndjson.`);
}

/** @throws AppError `usage` that names the parameter */
function readSettings(
  context: Context<HttpEnvironment>,
  { parts, limits, requireEnvironment }: BatchDesk,
): CheckSettings {
  const query = z
    .strictObject({
      header: z.string().max(10_000).default(''),
      timeout: z.coerce.number().min(0.001).max(limits.maxTimeoutS).optional(),
      isolation: z.enum(['item', 'batch']).default('item'),
      environment: z.string().max(100).optional(),
      report: z
        .string()
        .transform((text) => text.split(',').filter((part) => part !== ''))
        .pipe(z.array(z.enum(parts as [string, ...string[]])))
        .default([...parts]),
    })
    .safeParse(context.req.query());
  if (!query.success) {
    const [issue] = query.error.issues;
    throw new AppError(
      failures.usage.batchQuery,
      `${issue?.path.join('.') ?? 'query'}: ${issue?.message ?? 'unknown'}`,
    );
  }
  const { header, timeout, isolation, environment, report } = query.data;
  requireEnvironment(environment);
  const timeoutMs = timeout === undefined ? undefined : toTimeLimitMs(timeout);
  return { header: header.toWellFormed(), timeoutMs, isolation, environment, parts: report };
}

function readNumber(context: Context<HttpEnvironment>, name: string, otherwise: number): number {
  const text = context.req.query(name);
  if (text === undefined) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError(failures.usage.batchNumber, `${name} is ${JSON.stringify(text)}; expected a number.`);
}
