import type { Logger } from '../telemetry/telemetry.ts';

/** Destroys something without making the caller wait; a failure is logged. */
export function disposeLater(owned: AsyncDisposable | undefined, logger: Logger): void {
  void Promise.resolve(owned?.[Symbol.asyncDispose]()).catch((error: unknown) => {
    logger.warn('A sandbox could not be removed', { error: String(error) });
  });
}
