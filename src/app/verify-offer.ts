import { verifierMissing } from '../lean/toolchain.ts';
import { remembered } from './remembered.ts';
import type { WiredEnvironment } from './wire-environments.ts';

/** Images change seldom, and every connection asks; in milliseconds. */
const believedMs = 60_000;

/** Whether proofs can be verified here, as far as it is known. An image that is yet to be made may be able to. */
export class VerifyOffer {
  /** Asks the images that there are. Never rejects. @returns whether none of them can verify */
  readonly look: () => Promise<boolean>;
  #isOut = false;

  constructor(environments: readonly Pick<WiredEnvironment, 'find'>[]) {
    this.look = remembered(async () => {
      const cannot = await Promise.all(
        environments.map(async ({ find }) => {
          const launch = await find().catch(() => undefined);
          return launch !== undefined && verifierMissing(launch.toolchain) !== undefined;
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
