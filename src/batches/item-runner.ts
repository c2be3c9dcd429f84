import { AppError } from '../core/app-error.ts';
import type { CallContext, CodeRequest, ExecutionResult, ExecutionService } from '../execution/execution-service.ts';
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

/** The ways to keep items apart that can be honoured now; `batch` takes a Lean that goes back to where it was after an item. */
export type ItemRunners = Readonly<Record<'item', () => ItemRunner>> & {
  readonly batch?: (() => ItemRunner) | undefined;
};

/** Each item by a call of its own. */
export function runnersOf(service: ExecutionService): ItemRunners {
  const runner: ItemRunner = {
    run: async (request, context) => ({ result: await service.runCode(request, context), isolation: 'item' }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { item: () => runner };
}

/** @throws AppError `usage` when items cannot be kept apart in this way here */
export function openRunner(runners: ItemRunners, isolation: Isolation): ItemRunner {
  return requireIsolation(runners, isolation)();
}

/** @returns what opens a runner @throws as {@link openRunner} */
export function requireIsolation(runners: ItemRunners, isolation: Isolation): () => ItemRunner {
  const open = runners[isolation];
  if (open !== undefined) return open;
  throw new AppError('usage', `isolation: "${isolation}" is not possible with the Lean of this server's image.`, {
    hint: 'Leave isolation out: each item then gets a sandbox of its own.',
  });
}
