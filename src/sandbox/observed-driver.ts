import { AppError } from '../core/app-error.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SandboxDriver } from './sandbox.ts';

/** Tells of each sandbox that is made, or could not be made. One that nobody wants any more is not told of. */
export function observedDriver(driver: SandboxDriver, telemetry: Telemetry): SandboxDriver {
  return {
    start: async (spec, signal) => {
      const startedAt = performance.now();
      try {
        const sandbox = await driver.start(spec, signal);
        telemetry.emit({ kind: 'sandbox-made', durationMs: performance.now() - startedAt });
        return sandbox;
      } catch (error) {
        if (signal?.aborted !== true) {
          telemetry.emit({ kind: 'sandbox-failed', error: error instanceof AppError ? error.code : 'internal' });
        }
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}
