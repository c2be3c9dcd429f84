/*
 * The contract of a queue of checks: batches go in at one end, workers take checks at the other, and every check ends with one
 * result. It may be in this process or in another one; a check may be begun several times, but is recorded once.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Principal } from '../core/ids.ts';
import type { BatchItem, Isolation } from './batch-item.ts';

declare const brand: unique symbol;
/** Names a batch; nobody can guess it. */
export type BatchId = string & { readonly [brand]: 'BatchId' };

/** How the items of a batch are checked and told of. */
export interface CheckSettings {
  readonly header: string;
  readonly timeoutMs?: number | undefined;
  /** Where they are elaborated; absent: where code is of callers who name nothing. */
  readonly environment?: string | undefined;
  readonly isolation: Isolation;
  /** What is told of an item besides its verdict. */
  readonly parts: readonly string[];
}

/** What is known of a batch before its items. */
export interface BatchHead {
  readonly id: BatchId;
  readonly principal: Principal;
  /** The image that its items are for; workers take those of the image that they have. */
  readonly image: string;
  readonly settings: CheckSettings;
}

/** How far a batch is. */
export interface BatchState {
  /** Items that came in; of a queue elsewhere as far as this server knows. */
  readonly received: number;
  /** How many it has; absent until its sender has said that there are no more. */
  readonly items: number | undefined;
  /** Items with a result. */
  readonly decided: number;
  readonly cancelled: boolean;
}

/** An item that waits for a worker, with all that this needs to know. */
export interface Check {
  readonly head: BatchHead;
  readonly item: BatchItem;
}

/** What became of an item on its way in; `duplicate`: it had come in before. */
export interface Submitted {
  readonly index: number;
  readonly status: 'accepted' | 'duplicate';
}

/** A result as it is recorded: what a reader of the batch gets, as data. */
export type ItemReport = Readonly<Record<string, unknown>>;

/** A result in the order of recording. */
export interface RecordedResult {
  /** Grows from one to the next; to go on from here, it is given back. */
  readonly seq: number;
  readonly report: ItemReport;
}

/** A check that a worker has taken. It comes to another one when it is neither ended nor extended for {@link WorkQueue.leaseMs}. */
export interface Lease {
  readonly check: Check;
  /** How often it was taken, this time included. */
  readonly attempt: number;
  /** Keeps it. `unwanted`: its batch was cancelled. */
  extend(): Promise<'kept' | 'unwanted'>;
  /** Somebody shall take it again, after a while. */
  giveBack(delayMs: number): Promise<void>;
  /** Nobody shall take it again, and there is no result. */
  drop(): Promise<void>;
  /** Records its result, unless it has one. */
  done(report: ItemReport): Promise<'recorded' | 'was-there'>;
}

/** What a worker has room for. */
export interface TakeRequest {
  readonly image: string;
  /** How many checks. */
  readonly free: number;
  /** How many of one principal at a time, those included that are taken already. */
  readonly maxPerPrincipal: number;
}

/** A queue in numbers. */
export interface QueueReadings {
  /** Checks that wait for a worker. */
  readonly waiting: number;
  /** Checks that workers have. */
  readonly taken: number;
  /** Of how many principals those are that wait. */
  readonly principals: number;
  /** Servers that take checks. */
  readonly workers: number;
}

/** How long taking checks waits for one, in milliseconds: who waits looks then whether it is still to go on. */
export const maxTakeMs = 2000;

/** How often a check is taken before it is given up. */
export const maxAttempts = 4;

export interface WorkQueue extends AsyncDisposable {
  /** How long a check is a worker's without another word, in milliseconds. */
  readonly leaseMs: number;
  /** Begins a batch. */
  open(head: BatchHead): Promise<void>;
  /** The batch, and how far it is; `undefined` when there is none of that name, or no longer. */
  find(id: BatchId): Promise<{ readonly head: BatchHead; readonly state: BatchState } | undefined>;
  /** @throws AppError `busy` when no more items of this principal may wait now */
  requireRoom(principal: Principal, image: string): Promise<void>;
  /**
   * Takes items in, in their order, and tells of each when it will not be lost. Waits while too many of the principal wait;
   * no further item is asked for meanwhile.
   *
   * @throws what the source throws; AppError; the signal's reason
   */
  submit(
    head: BatchHead,
    items: AsyncIterable<BatchItem>,
    signal: AbortSignal,
  ): AsyncGenerator<Submitted, void, undefined>;
  /** There will be no more items than so many. */
  complete(id: BatchId, items: number): Promise<void>;
  /** Nobody wants it any more: items that wait are not checked, and there are no results. */
  cancel(id: BatchId): Promise<void>;
  /**
   * Takes checks, of principals by turns: the next is of the one with the fewest taken. Waits until there is one, for some
   * seconds at most, and may then give none.
   *
   * @throws AppError; the signal's reason
   */
  take(request: TakeRequest, signal: AbortSignal): Promise<readonly Lease[]>;
  /**
   * The results of a batch behind one of them (0: all), as they are recorded; ends when all of a complete batch are told.
   * No further is read than is asked for.
   *
   * @throws AppError `batch-unknown` when the batch is gone; the signal's reason
   */
  results(id: BatchId, after: number, signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined>;
  read(): Promise<QueueReadings>;
}

/** What is said of a batch that is not there, or not any more, or of somebody else. @param id as the caller gave it */
export function noSuchBatch(id: string): AppError {
  const name = JSON.stringify(id);
  return new AppError(failures['batch-unknown'].notThere, `There is no batch ${name} of yours, or no longer.`);
}

/** When there may be room again, in seconds. */
const retryS = 5;

/** What a principal is told of whom no more items may wait. */
export function tooManyWaiting(waiting: number): AppError {
  return new AppError(
    failures.busy.itemsWaiting({ seconds: retryS }),
    `${waiting} items of yours are waiting already, which is the limit (batches.max_waiting).`,
    { retryAfterS: retryS },
  );
}
