/* What is in messages of the queue. They come from another machine, so they are held against schemas like all that does. */
import { z } from 'zod';
import type { Principal } from '../../core/ids.ts';
import type { BatchHead, BatchId, Check, ItemReport } from '../work-queue.ts';

const settings = z.object({
  header: z.string(),
  timeoutMs: z.number().positive().optional(),
  environment: z.string().optional(),
  isolation: z.enum(['item', 'batch']),
  parts: z.array(z.string()),
});
const head = z.object({
  id: z.string().transform((text) => text as BatchId),
  principal: z.string().transform((text) => text as Principal),
  image: z.string(),
  settings,
});
const item = z.object({ index: z.int().min(0), id: z.string(), code: z.string() });
const check = z.object({ head, item });
const report = z.looseObject({});
const advisory = z.object({ stream_seq: z.int() });

export function encode(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

export function readCheck(bytes: Uint8Array): Check {
  return check.parse(parse(bytes));
}

export function readHead(bytes: Uint8Array): BatchHead {
  return head.parse(parse(bytes));
}

export function readReport(bytes: Uint8Array): ItemReport {
  return report.parse(parse(bytes));
}

/** Which message of the stream of checks was delivered too often. */
export function readAdvisory(bytes: Uint8Array): number {
  return advisory.parse(parse(bytes)).stream_seq;
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
