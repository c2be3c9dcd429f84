/*
 * How much slower one server is than another, from calls that were made to both in turns. The machine may be busy with
 * other things, and more so at one time than at another; that concerns both calls of a pair alike.
 */

/** Milliseconds of a call to the one and of a call to the other. */
export type Pair = readonly [one: number, other: number];

/** How many times longer a call takes: the median, and between which bounds the true one is, with 99 % confidence. */
export interface Slowdown {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

const oneSidedError = 0.005;

/** @param pairs at least one; with fewer than eight, the bounds are less sure */
export function slowdown(pairs: readonly Pair[]): Slowdown {
  const ratios = pairs.map(([one, other]) => one / other).sort((a, b) => a - b);
  const at = (index: number): number => ratios[index] ?? NaN;
  const rank = rankOfBound(ratios.length);
  return { low: at(rank), median: at(Math.floor(ratios.length / 2)), high: at(ratios.length - 1 - rank) };
}

/** The sign test: the true median is smaller than this many of the sorted values only by an unlikely accident. */
function rankOfBound(count: number): number {
  let probability = 0.5 ** count;
  let sum = probability;
  let rank = 0;
  for (let heads = 1; heads <= count; heads += 1) {
    probability *= (count - heads + 1) / heads;
    sum += probability;
    if (sum > oneSidedError) break;
    rank = heads;
  }
  return rank;
}
