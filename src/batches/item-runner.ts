import PQueue from 'p-queue';
import type { CallContext, CodeRequest, ExecutionResult } from '../execution/execution-service.ts';
import { SharedLean, type SharingExecutionService } from '../execution/shared-lean.ts';
import { findMain } from '../lean/source/main-definition.ts';
import type { Isolation } from './batch-item.ts';

/** A run of an item, and how it was kept apart from others. */
export interface ItemRun {
  readonly result: ExecutionResult;
  readonly isolation: Isolation;
}

/** Runs the items of one batch, which are of one caller and have one header. Disposing destroys what they shared. */
export interface ItemRunner extends AsyncDisposable {
  /**
   * @throws AppError when it could not be run; trying again may help
   */
  run(request: CodeRequest, context: CallContext): Promise<ItemRun>;
}

/** The ways to keep items apart. */
export type ItemRunners = Readonly<Record<Isolation, () => ItemRunner>>;

/**
 * How items are run by a service that executes code.
 *
 * @param sandboxes so many a batch shares at most: each has to be made, and more than the CPUs keep busy only take turns
 */
export function runnersOf(service: SharingExecutionService, sandboxes: () => number): ItemRunners {
  return { item: () => new AloneRunner(service), batch: () => new SharedRunner(service, sandboxes()) };
}

/** Each item by a call of its own. */
class AloneRunner implements ItemRunner {
  readonly #service: SharingExecutionService;

  constructor(service: SharingExecutionService) {
    this.#service = service;
  }

  async run(request: CodeRequest, context: CallContext): Promise<ItemRun> {
    return { result: await this.#service.runCode(request, context), isolation: 'item' };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Several items in one sandbox, one after another. What comes to no end there may be the fault of those before it; so that
 * sandbox is given up, and the item is run again alone. A program is run alone in any case: its process ends with it.
 */
class SharedRunner implements ItemRunner {
  readonly #service: SharingExecutionService;
  readonly #alone: ItemRunner;
  readonly #turns: PQueue;
  /** Those that nobody uses now; with those in use, as many as have had a turn at a time. */
  readonly #free: SharedLean[] = [];

  constructor(service: SharingExecutionService, sandboxes: number) {
    this.#service = service;
    this.#alone = new AloneRunner(service);
    this.#turns = new PQueue({ concurrency: sandboxes });
  }

  async run(request: CodeRequest, context: CallContext): Promise<ItemRun> {
    if ((await findMain(request.code)) !== undefined) return await this.#alone.run(request, context);
    return await this.#turns.add(() => this.#runShared(request, context));
  }

  async #runShared(request: CodeRequest, context: CallContext): Promise<ItemRun> {
    const shared = this.#free.pop() ?? new SharedLean();
    const hadOthers = shared.texts > 0;
    let result: ExecutionResult;
    try {
      result = await this.#service.runCode(request, context, shared);
    } catch (error) {
      shared[Symbol.dispose]();
      throw error;
    }
    const hasEnded = result.outcome === 'completed';
    // Otherwise the call has given its Lean up.
    if (hasEnded) shared.noteText();
    this.#free.push(shared);
    const isOwnEnd = hasEnded || result.outcome === 'import-refused' || result.outcome === 'cancelled';
    return isOwnEnd || !hadOthers ? { result, isolation: 'batch' } : await this.#alone.run(request, context);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const shared of this.#free.splice(0)) shared[Symbol.dispose]();
    return Promise.resolve();
  }
}
