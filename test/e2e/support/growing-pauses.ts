import { setTimeout as pause } from 'node:timers/promises';

/** Only so that a wait for something that never comes ends: they come to two minutes. */
const pausesMs = Array.from({ length: 14 }, (_, nth) => 50 * 1.7 ** nth);

/**
 * Tries until it does not throw, and leaves the server alone in between, longer each time: it has to get something ready that
 * the try itself takes away.
 *
 * @throws what the last try threw
 */
export async function withGrowingPauses(attempt: () => Promise<void>): Promise<void> {
  for (const ms of pausesMs) {
    try {
      await attempt();
      return;
    } catch {
      await pause(ms);
    }
  }
  await attempt();
}
