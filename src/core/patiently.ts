import { setTimeout as pause } from 'node:timers/promises';
import { abortReason } from './abortable.ts';
import { AppError } from './app-error.ts';

const msPerSecond = 1000;

/**
 * Does work as soon as there is room for it: where it is told to come again, it does, for as long as it takes.
 *
 * @throws what the work throws otherwise; the signal's reason when it fires meanwhile
 */
export async function patiently<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.retryAfterS === undefined) throw error;
      await pause(error.retryAfterS * msPerSecond, undefined, { signal }).catch(() => {
        throw abortReason(signal);
      });
    }
  }
}
