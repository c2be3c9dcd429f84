import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { parseFindQuery } from '../finding/find-query.ts';
import type { LibraryIndexes } from '../finding/library-indexes.ts';
import { indexMissing } from '../lean/toolchain.ts';
import type { Environments } from './environments.ts';
import type { CallContext } from './execution-service.ts';
import type { FindRequest, FindResult, FindService } from './find-service.ts';

export interface LocalFindOptions {
  readonly indexes: LibraryIndexes;
  readonly environments: Environments;
  /** How long a call waits for an index, in milliseconds; absent: as long as the environment lets calls run. */
  readonly waitMs?: number;
}

/** Finds with the indexes of this machine. */
export class LocalFindService implements FindService {
  readonly #options: LocalFindOptions;

  constructor(options: LocalFindOptions) {
    this.#options = options;
  }

  async find({ query, environment: asked, ...filter }: FindRequest, context: CallContext): Promise<FindResult> {
    const parsed = parseFindQuery(query);
    const { indexes, environments } = this.#options;
    const environment = environments.find(asked);
    const launch = await environment.launch(context);
    const missing = indexMissing(launch.toolchain);
    if (missing !== undefined) {
      throw new AppError(failures['index-unavailable'].notInImage, `Nothing can be found with this image: ${missing}.`);
    }
    const waiter = {
      signal: context.signal,
      waitMs: this.#options.waitMs ?? environment.defaultTimeoutMs,
      onProgress: ({ done, total }: { readonly done: number; readonly total: number }) => {
        context.onProgress({ phase: 'elaborate', message: `Listing what libraries declare: ${done} of ${total}` });
      },
    };
    return await indexes.use(launch, waiter, async (index) => {
      const startedAt = performance.now();
      const findings = await index.find(parsed, filter);
      const elapsedMs = performance.now() - startedAt;
      const leanVersion = launch.toolchain.version;
      return { ...findings, elapsedMs, leanVersion, ...environments.told(environment) };
    });
  }
}
