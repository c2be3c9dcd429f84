const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** How long to wait before the next attempt after this many failures in a row, in milliseconds. */
export function retryPauseMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
}
