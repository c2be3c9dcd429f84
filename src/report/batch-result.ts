/* A batch as data: a count of verdicts, and the items in their order, as far as they fit. */
import { z } from 'zod';
import type { ItemVerdict } from '../batches/batch-item.ts';
import {
  itemSchema,
  showBriefly,
  showItem,
  type ItemPart,
  type KeptItem,
  type ShownItem,
} from './batch-item-result.ts';
import { countFitting } from './fit-list.ts';
import { leanFields, omittedCount, toLeanFields, toStatus } from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';
import { toTruncated } from './truncated.ts';

const count = z.int().min(0).max(1e9);

/** What check-batch returns. */
export const batchResult = z.looseObject({
  status: z.enum(['success', 'error']).describe('success: every item was accepted'),
  error: z.string().optional(),
  accepted: count,
  with_sorry: count.optional(),
  rejected: count,
  undecided: count,
  items: z.array(itemSchema).describe('In the order of the call'),
  truncated: z.looseObject({ items: omittedCount.optional() }).optional().describe('How much was left out'),
  ...leanFields,
  elapsed_ms: count,
});
export type StructuredBatch = z.infer<typeof batchResult>;

/** Least characters of an item's messages for telling any. */
const leastShare = 100;

/** The batch as data. */
export function toBatchResult(
  items: readonly KeptItem[],
  parts: ReadonlySet<ItemPart>,
  elapsedMs: number,
  limits: ReportLimits,
): StructuredBatch {
  const counts = countVerdicts(items);
  const brief = items.map(showBriefly);
  const room = limits.messageCharacters;
  const fitting = countFitting(brief, room, sizeOf);
  const detailed = items.filter(hasDetails);
  const left = room - brief.reduce((sum, item) => sum + sizeOf(item), 0);
  const share = Math.floor(left / Math.max(1, detailed.length));
  const shown =
    fitting < items.length || share < leastShare ? brief.slice(0, fitting) : inFull(items, parts, limits, share);
  const lean = items.find(({ result }) => result?.leanVersion !== undefined)?.result ?? {};
  return {
    ...toStatus(problemsOf(counts, items.length)),
    accepted: counts.accepted,
    ...(counts.withSorry > 0 && { with_sorry: counts.withSorry }),
    rejected: counts.rejected,
    undecided: counts.undecided,
    items: shown,
    ...toTruncated({ items: items.length - shown.length }),
    ...toLeanFields(lean),
    elapsed_ms: Math.round(elapsedMs),
  };
}

/** How many items there are of each verdict. */
interface VerdictCounts extends Readonly<Record<ItemVerdict, number>> {
  readonly withSorry: number;
}

function countVerdicts(items: readonly Pick<KeptItem, 'verdict' | 'usesSorry'>[]): VerdictCounts {
  const of = (wanted: ItemVerdict): number => items.filter(({ verdict }) => verdict === wanted).length;
  const withSorry = items.filter(({ verdict, usesSorry }) => verdict === 'accepted' && usesSorry).length;
  return { accepted: of('accepted'), rejected: of('rejected'), undecided: of('undecided'), withSorry };
}

function problemsOf({ rejected, undecided }: VerdictCounts, all: number): string[] {
  return [
    ...(rejected > 0 ? [`${rejected} of ${all} items were rejected`] : []),
    ...(undecided > 0 ? [`of ${undecided} nothing is known (undecided): check these again`] : []),
  ];
}

function inFull(
  items: readonly KeptItem[],
  parts: ReadonlySet<ItemPart>,
  limits: ReportLimits,
  share: number,
): ShownItem[] {
  // What is shown of an item is its messages, its goals and two outputs.
  const each = Math.floor(share / 2);
  const own = {
    ...limits,
    messageCharacters: Math.min(limits.messageCharacters, each),
    outputCharacters: Math.min(limits.outputCharacters, Math.floor(each / 2)),
  };
  return items.map((item) => showItem(item, parts, own));
}

function hasDetails({ error, result }: KeptItem): boolean {
  return (
    error !== undefined ||
    (result !== undefined && (result.diagnostics.length > 0 || result.stdout.text !== '' || result.stderr.text !== ''))
  );
}

function sizeOf(item: ShownItem): number {
  return JSON.stringify(item).length + 1;
}
