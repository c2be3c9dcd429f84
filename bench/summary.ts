/** Many measurements of one thing, in milliseconds unless said otherwise. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
}

/** @returns `undefined` when nothing was measured */
export function summarise(samples: readonly number[]): Summary | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const lower = sorted[Math.ceil(middle) - 1];
  const upper = sorted[Math.floor(middle)];
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1];
  if (lower === undefined || upper === undefined || p95 === undefined) return undefined;
  return { count: sorted.length, median: rounded((lower + upper) / 2), p95: rounded(p95) };
}

/** To a tenth below a hundred, else whole. */
function rounded(value: number): number {
  return Math.abs(value) < 100 ? Math.round(value * 10) / 10 : Math.round(value);
}
