/** A kind of item that a pool can keep ready. */
export interface Share {
  readonly key: string;
  /** The order in which shares get their first item, from 0. Shares without one get theirs by demand only. */
  readonly rank?: number;
  /** How often it was asked for lately. */
  readonly demand: number;
}

/**
 * Says how many items of each kind to keep ready: one for each ranked share in their order, one for each other share that
 * was asked for at least twice, the most wanted first, and the rest in proportion to demand.
 *
 * @param size how many items there are to be in all
 * @returns the numbers by key; they add up to `size` unless there is no share at all
 */
export function planShares(size: number, shares: readonly Share[]): Map<string, number> {
  const plan = new Map(shares.map(({ key }) => [key, 0]));
  const order = [...shares].sort(byClaim).filter(({ rank, demand }) => rank !== undefined || demand >= 2);
  for (const { key } of order.slice(0, size)) plan.set(key, 1);

  for (let left = size - Math.min(size, order.length); left > 0 && order.length > 0; left -= 1) {
    const next = order.reduce((best, share) => (quotient(share, plan) > quotient(best, plan) ? share : best));
    plan.set(next.key, (plan.get(next.key) ?? 0) + 1);
  }
  return plan;
}

function byClaim(a: Share, b: Share): number {
  return (a.rank ?? Infinity) - (b.rank ?? Infinity) || b.demand - a.demand || (a.key < b.key ? -1 : 1);
}

/** What a share has to show for one more item (the method of highest averages). */
function quotient(share: Share, plan: ReadonlyMap<string, number>): number {
  return (share.demand + 1 / (1 + (share.rank ?? Infinity))) / ((plan.get(share.key) ?? 0) + 1);
}
