/** A time limit that somebody gave in seconds, as timers take it: in whole milliseconds, and at least one. */
export function toTimeLimitMs(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}
