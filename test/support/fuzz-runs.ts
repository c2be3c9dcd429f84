/**
 * How many cases a property is tried on: this many, or `FUZZ_RUNS` when that is set and more.
 *
 * @throws RangeError when FUZZ_RUNS is no number
 */
export function fuzzRuns(usual: number): number {
  const wanted = process.env['FUZZ_RUNS'];
  if (wanted === undefined) return usual;
  const runs = Number(wanted);
  if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`FUZZ_RUNS must be a positive integer, got ${wanted}`);
  return Math.max(usual, runs);
}
