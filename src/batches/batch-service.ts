/* What fronts that wait for a batch see: many texts checked, each with an end of its own. */
import type { CallContext } from '../execution/execution-service.ts';
import type { BatchItem, Isolation, ItemResult } from './batch-item.ts';
import type { ItemSettings } from './check-item.ts';

export interface BatchSettings extends ItemSettings {
  readonly isolation: Isolation;
}

export interface BatchService {
  /**
   * Checks items, as many at a time as the caller has places, and yields what became of each as it comes, in any order. The
   * next ones are taken from their source when there is room for them. Ending it early ends what is under way.
   *
   * @throws AppError when none can be checked: no engine, no image, an isolation that cannot be had; the signal's reason
   */
  check(
    items: AsyncIterable<BatchItem> | Iterable<BatchItem>,
    settings: BatchSettings,
    context: CallContext,
  ): AsyncGenerator<ItemResult, void, undefined>;
}
