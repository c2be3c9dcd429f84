import type { Toolchain } from '../lean/toolchain.ts';
import { remembered } from './remembered.ts';
import type { WiredEnvironment } from './wire-environments.ts';

/** Images change seldom, and every connection asks; in milliseconds. */
const believedMs = 60_000;

/** Whether something can be done here that takes an image that can, as far as it is known. One that is yet to be made may. */
export class ToolOffer {
  /** Asks the images that there are. Never rejects. @returns whether none of them can */
  readonly look: () => Promise<boolean>;
  #isOut = false;

  /** @param missing why it cannot be done with a toolchain; `undefined` when it can */
  constructor(
    environments: readonly Pick<WiredEnvironment, 'find'>[],
    missing: (toolchain: Toolchain) => string | undefined,
  ) {
    this.look = remembered(async () => {
      const cannot = await Promise.all(
        environments.map(async ({ find }) => {
          const launch = await find().catch(() => undefined);
          return launch !== undefined && missing(launch.toolchain) !== undefined;
        }),
      );
      this.#isOut = cannot.every(Boolean);
      return this.#isOut;
    }, believedMs);
  }

  /** What was found when it was last asked. */
  get isOut(): boolean {
    return this.#isOut;
  }
}
