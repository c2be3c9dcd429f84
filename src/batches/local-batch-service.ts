import type { Principal } from '../core/ids.ts';
import type { CallContext } from '../execution/execution-service.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { BatchItem, ItemResult } from './batch-item.ts';
import type { BatchService, BatchSettings } from './batch-service.ts';
import { checkItem } from './check-item.ts';
import type { ItemRunners } from './item-runner.ts';
import { observeItem } from './observed-item.ts';
import { severalAtOnce } from '../core/several-at-once.ts';

export interface LocalBatchServiceOptions {
  readonly runners: ItemRunners;
  /** Makes sure that items can be checked at all. @returns how many of the caller may be at a time, asked again and again */
  readonly places: (context: CallContext, environment: string | undefined) => Promise<() => number>;
  readonly principal: Principal;
  readonly telemetry: Telemetry;
}

/** Checks batches on this machine's engine. Every item goes through the same admission and quotas as any call. */
export class LocalBatchService implements BatchService {
  readonly #options: LocalBatchServiceOptions;

  constructor(options: LocalBatchServiceOptions) {
    this.#options = options;
  }

  async *check(
    items: AsyncIterable<BatchItem> | Iterable<BatchItem>,
    settings: BatchSettings,
    context: CallContext,
  ): AsyncGenerator<ItemResult, void, undefined> {
    const { runners, principal, telemetry } = this.#options;
    await using runner = runners[settings.isolation]();
    const places = await this.#options.places(context, settings.environment);
    const check = (item: BatchItem, signal: AbortSignal): Promise<ItemResult> =>
      observeItem(item, { principal, telemetry }, () =>
        checkItem(item, settings, runner, { signal, onProgress: () => undefined }),
      );
    yield* severalAtOnce(items, places, check, context.signal);
  }
}
