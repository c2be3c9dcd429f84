import { z } from 'zod';
import type { BatchItem } from '../../batches/batch-item.ts';
import { inOrder } from '../../core/in-order.ts';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { toTimeLimitMs } from '../../core/time-limit.ts';
import type { CallContext } from '../../execution/execution-service.ts';
import { itemParts, keepItem, showBriefly, type KeptItem } from '../../report/batch-item-result.ts';
import { batchResult, toBatchResult } from '../../report/batch-result.ts';
import { headline, renderBatch } from '../../report/render-batch.ts';
import { answer, defineTool, type ToolEnvironment } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { environmentInput } from '../environment-input.ts';
import { secondsInput, toCodeRequest } from './execution-input.ts';

const maxItems = 256;
const maxBytes = 4 * 1024 ** 2;
/** What is kept of all items while others are checked, in characters of each part: the whole result must fit where it is kept. */
const maxKeptCharacters = 800_000;

const input = z.strictObject({
  items: z
    .array(z.strictObject({ id: z.string().min(1).max(100).optional(), code: z.string() }))
    .min(1)
    .max(maxItems)
    .describe('An id comes back with its result'),
  header: z.string().optional().describe('Put before each text, such as imports'),
  timeout: secondsInput('Limit for each item,'),
  isolation: z
    .enum(['item', 'batch'])
    .optional()
    .describe('item (default): a container for each; batch: shared ones, much faster, for texts that trust each other'),
  report: z.array(z.enum(itemParts)).optional().describe('Default all'),
  environment: environmentInput,
});

export const checkBatch = defineTool({
  name: 'check-batch',
  title: 'Check many Lean 4 texts',
  description:
    `Checks up to ${maxItems} independent texts, each like execute-lean; results come in ` +
    'order as progress. An item that is stopped says nothing about others.',
  input,
  output: batchResult,
  runsCode: true,
  annotations: onlyReads,
  // Each item is told of as a call of its own.
  subject: ({ header }) => ({ texts: { header } }),
  run: async (given, environment, context) => {
    const items = toItems(given, environment);
    const { header = '', timeout, isolation = 'item', report = itemParts, environment: asked } = given;
    const timeoutMs = timeout === undefined ? undefined : toTimeLimitMs(timeout);
    const settings = { header: header.toWellFormed(), timeoutMs, isolation, environment: asked };
    const startedAt = performance.now();
    const kept = await checkAll(items, settings, environment, context);
    const elapsedMs = performance.now() - startedAt;
    const parts = new Set(report);
    return answer(
      { outcome: kept.every(({ verdict }) => verdict === 'accepted') ? 'success' : 'rejected' },
      (limits) => toBatchResult(kept, parts, elapsedMs, limits),
      renderBatch,
    );
  },
});

/** Checks all, telling each as progress when all before it are told. */
async function checkAll(
  items: readonly BatchItem[],
  settings: Parameters<ToolEnvironment['batches']['check']>[1],
  { batches, report: limits }: ToolEnvironment,
  context: CallContext,
): Promise<KeptItem[]> {
  const share = Math.min(limits.messageCharacters, Math.floor(maxKeptCharacters / items.length));
  const keep = async function* (): AsyncGenerator<KeptItem, void, undefined> {
    // What Lean said may be long, so it is cut before it waits for its turn.
    for await (const result of batches.check(items, settings, context)) yield keepItem(result, limits, share);
  };
  const kept: KeptItem[] = [];
  for await (const item of inOrder(keep())) {
    kept.push(item);
    const message = headline({ ...showBriefly(item), ...(item.error !== undefined && { error: item.error }) });
    context.onProgress({ phase: 'items', message, done: kept.length, total: items.length });
  }
  return kept;
}

/** @throws AppError `usage` for what is too much, and for two items of one name */
function toItems({ items, header = '', timeout }: z.output<typeof input>, environment: ToolEnvironment): BatchItem[] {
  const bytes = items.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
  if (bytes > maxBytes) {
    throw new AppError(
      failures.usage.itemsTooLarge,
      `The items have ${bytes} bytes together; at most ${maxBytes} are accepted.`,
    );
  }
  const ids = new Set<string>();
  return items.map(({ id = '', code }, index) => {
    const name = id === '' ? String(index + 1) : id;
    if (ids.has(name)) {
      throw new AppError(failures.usage.itemIdTwice, `Two items have the id ${JSON.stringify(name)}.`);
    }
    ids.add(name);
    requireUsable(name, { code: header === '' ? code : `${header}\n${code}`, timeout }, environment);
    return { index, id: name.toWellFormed(), code: code.toWellFormed() };
  });
}

/** @throws AppError `usage` that names the item */
function requireUsable(id: string, request: Parameters<typeof toCodeRequest>[0], environment: ToolEnvironment): void {
  try {
    toCodeRequest(request, environment);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError({ code, hint }, `Item ${JSON.stringify(id)}: ${message}`, { cause: error });
  }
}
