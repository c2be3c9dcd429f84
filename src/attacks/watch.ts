import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** How time passes while an attack is carried out. All times are milliseconds. */
export interface Watch {
  /** A monotonic clock. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  /** Begins to look how long this process does one thing without turning to anything else; it stops to look when disposed. */
  readonly observeTurns: () => Disposable & { readonly longest: number };
}

const resolutionMs = 20;

/** As time really passes. */
export const realWatch: Watch = {
  now: () => performance.now(),
  pause: (milliseconds) => sleep(milliseconds),
  observeTurns: () => {
    const delays = monitorEventLoopDelay({ resolution: resolutionMs });
    delays.enable();
    return {
      get longest() {
        return delays.max / 1e6;
      },
      [Symbol.dispose]: () => {
        delays.disable();
      },
    };
  },
};
