/*
 * The indexes of images, each made or read when it is first wanted, by whoever comes first for all who wait. Making one goes
 * on when nobody waits any more: the next one to ask finds it.
 */
import { abortable } from '../core/abortable.ts';
import { AppError } from '../core/app-error.ts';
import { Deadline } from '../core/deadline.ts';
import { failures } from '../core/failures/failures.ts';
import { within } from '../core/within.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import type { IndexFolder } from './index-folder.ts';
import { IndexDamage } from './index-line.ts';
import { indexLibraries, notMade, type OnIndexProgress } from './index-sandbox.ts';
import type { LibraryIndex } from './library-index.ts';

export interface LibraryIndexesOptions {
  readonly driver: SandboxDriver;
  readonly folder: IndexFolder;
  /** How long making one may take, in milliseconds. */
  readonly makingLimitMs: number;
  readonly logger: Logger;
}

/** Who waits for an index. */
export interface IndexWaiter {
  readonly signal: AbortSignal;
  /** How long it waits, in milliseconds. */
  readonly waitMs: number;
  readonly onProgress: OnIndexProgress;
}

/** One that is there, or on its way. */
class KnownIndex {
  readonly users = new Set<OnIndexProgress>();
  readonly startedAt = performance.now();
  progress: Parameters<OnIndexProgress>[0] | undefined;
  readonly pending: Promise<LibraryIndex>;

  constructor(make: (onProgress: OnIndexProgress) => Promise<LibraryIndex>) {
    this.pending = make((progress) => {
      this.progress = progress;
      for (const tell of this.users) tell(progress);
    });
  }

  /** How long it will take from now on, in seconds, as far as that can be guessed. */
  get secondsLeft(): number {
    const { done = 0, total = 0 } = this.progress ?? {};
    if (done === 0) return unknownSeconds;
    const perOne = (performance.now() - this.startedAt) / done;
    return Math.max(1, Math.ceil((perOne * (total - done)) / 1000));
  }
}

const unknownSeconds = 30;

/** Disposing ends what is being made, and closes all. */
export class LibraryIndexes implements AsyncDisposable {
  readonly #options: LibraryIndexesOptions;
  readonly #known = new Map<string, KnownIndex>();
  readonly #ending = new AbortController();
  /** One is made after the other: each takes all CPUs that a sandbox gets. */
  #lastMade: Promise<unknown> = Promise.resolve();

  constructor(options: LibraryIndexesOptions) {
    this.#options = options;
  }

  /**
   * Works with the index of an image.
   *
   * @throws AppError `index-unavailable` when it cannot be made, or is not made yet after so long; the signal's reason; what
   *   the work throws
   */
  async use<Value>(
    launch: LeanLaunch,
    { signal, waitMs, onProgress }: IndexWaiter,
    work: (index: LibraryIndex) => Promise<Value>,
  ): Promise<Value> {
    const known = this.#known.get(launch.image) ?? this.#begin(launch);
    // Of its own, so that two who wait with the same one are two.
    const waiter: OnIndexProgress = (progress) => {
      onProgress(progress);
    };
    known.users.add(waiter);
    try {
      const ready = await abortable(within(known.pending, waitMs), signal);
      if (ready !== undefined) return await abortable(work(ready.value), signal);
    } finally {
      known.users.delete(waiter);
    }
    const { progress, secondsLeft } = known;
    const far = progress === undefined ? '' : `: ${progress.done} of ${progress.total} declarations are done`;
    throw new AppError(
      failures['index-unavailable'].beingMade({ seconds: secondsLeft }),
      `The list of what the image’s libraries declare is still being made${far}.`,
      { retryAfterS: secondsLeft },
    );
  }

  /** Forgets what is in memory; the next one to ask has it read again. */
  rest(): void {
    for (const [image, known] of this.#known) {
      // What is on its way may be waited for.
      if (known.users.size > 0) continue;
      void known.pending.then(
        async (index) => {
          if (this.#known.get(image) !== known || known.users.size > 0) return;
          this.#known.delete(image);
          await index[Symbol.asyncDispose]();
        },
        () => undefined,
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    const all = [...this.#known.values()];
    this.#known.clear();
    await Promise.allSettled(all.map(async ({ pending }) => (await pending)[Symbol.asyncDispose]()));
  }

  #begin(launch: LeanLaunch): KnownIndex {
    const known = new KnownIndex((onProgress) => this.#openOrMake(launch, onProgress));
    this.#known.set(launch.image, known);
    known.pending.catch(() => {
      // The next one to ask tries again.
      if (this.#known.get(launch.image) === known) this.#known.delete(launch.image);
    });
    return known;
  }

  async #openOrMake(launch: LeanLaunch, onProgress: OnIndexProgress): Promise<LibraryIndex> {
    const { folder } = this.#options;
    const found = await folder.open(launch.image);
    if (found !== undefined) return found;
    const making = this.#lastMade.then(() => this.#make(launch, onProgress));
    this.#lastMade = making.catch(() => undefined);
    return await making;
  }

  async #make(launch: LeanLaunch, onProgress: OnIndexProgress): Promise<LibraryIndex> {
    const { driver, folder, makingLimitMs, logger } = this.#options;
    const { image } = launch;
    logger.info('Listing what the image’s libraries declare', { image });
    const startedAt = performance.now();
    using deadline = new Deadline(makingLimitMs, this.#ending.signal);
    try {
      const index = await folder.make(
        image,
        indexLibraries(driver, launch, { deadline, signal: this.#ending.signal, onProgress }),
      );
      logger.info('Listed what the image’s libraries declare', {
        image,
        declarations: index.size,
        ms: Math.round(performance.now() - startedAt),
      });
      return index;
    } catch (error) {
      if (error instanceof IndexDamage) throw notMade(`what came is no such list: ${error.message}`);
      throw error;
    }
  }
}
