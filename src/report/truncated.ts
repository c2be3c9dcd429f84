/**
 * How much of each kind was left out, as results tell it: kinds of which nothing is missing are not named, and when nothing
 * is missing at all, nothing is said.
 */
export function toTruncated<Kind extends string>(
  omitted: Readonly<Record<Kind, number>>,
): { truncated?: { [kind in Kind]?: number } } {
  const missing = Object.entries<number>(omitted).filter(([, count]) => count > 0);
  return missing.length === 0 ? {} : { truncated: Object.fromEntries(missing) as { [kind in Kind]?: number } };
}
