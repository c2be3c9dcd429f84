import type { AppError } from '../core/app-error.ts';
import { isSuccess, type ExecutionResult } from '../execution/execution-service.ts';

/** One text of a batch. */
export interface BatchItem {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** What the caller calls it. */
  readonly id: string;
  readonly code: string;
}

/**
 * What items of a batch share: nothing, `item`, each being elaborated in a sandbox of its own; or, `batch`, a sandbox for as
 * long as it is well, where an item can reach what is told of those after it.
 */
export type Isolation = 'item' | 'batch';

/** What is known of an item's code. `undecided`: nothing; it is not known whether Lean would accept it. */
export type ItemVerdict = 'accepted' | 'rejected' | 'undecided';

/** How an item ended: in a sandbox, in whatever way, or never in one. */
export type ItemEnd =
  | { readonly kind: 'ended'; readonly result: ExecutionResult }
  | { readonly kind: 'not-checked'; readonly error: AppError };

/** What became of an item. */
export interface ItemResult {
  readonly item: BatchItem;
  readonly end: ItemEnd;
  /** How it was kept apart from other items in the end. */
  readonly isolation: Isolation;
  /** How often it was begun: more than once when its sandbox was lost or could not be made. */
  readonly tries: number;
}

/** Only what Lean has looked at to its end is decided. */
export function verdictOf(end: ItemEnd): ItemVerdict {
  if (end.kind !== 'ended' || end.result.outcome !== 'completed') return 'undecided';
  return isSuccess(end.result) ? 'accepted' : 'rejected';
}
