/*
 * Finds the sandbox image, and makes it when it is missing. The first call after the start does this; calls that come
 * meanwhile wait for the same build, and a caller that gives up does not stop it for the others.
 */
import { abortable } from '../core/abortable.ts';
import { Lazy } from '../core/lazy.ts';
import type { CallContext, CallProgress } from '../execution/execution-service.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';

export interface ImageProviderOptions {
  /** The image, if it is there. Throws AppError when it is not usable. */
  readonly find: () => Promise<LeanLaunch | undefined>;
  /** Makes it. Throws AppError when that cannot be done here. */
  readonly build: (onProgress: (progress: CallProgress) => void) => Promise<void>;
}

/** Gives the image to every call. */
export class ImageProvider {
  readonly #options: ImageProviderOptions;
  readonly #listeners = new Set<(progress: CallProgress) => void>();
  readonly #ready = new Lazy(() => this.#findOrBuild());

  constructor(options: ImageProviderOptions) {
    this.#options = options;
  }

  /** @throws AppError when the image is missing and cannot be made, or is not usable; the signal's reason */
  async get(context: CallContext): Promise<LeanLaunch> {
    const ready = this.#ready.get();
    this.#listeners.add(context.onProgress);
    try {
      return await abortable(ready, context.signal);
    } finally {
      this.#listeners.delete(context.onProgress);
    }
  }

  /**
   * Asks the engine again, because the name may stand for another image by now. Builds nothing.
   *
   * @returns `undefined` when there is none any more; the next {@link get} then makes it
   */
  async refresh(): Promise<LeanLaunch | undefined> {
    const current = await this.#options.find();
    this.#ready.set(current);
    return current;
  }

  async #findOrBuild(): Promise<LeanLaunch> {
    const found = await this.#options.find();
    if (found !== undefined) return found;
    await this.#options.build((progress) => {
      for (const listener of this.#listeners) listener(progress);
    });
    const built = await this.#options.find();
    if (built === undefined) throw new Error('the image that was just built is not there');
    return built;
  }
}
