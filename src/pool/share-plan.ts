/** A kind of item that a pool can keep ready. */
export interface Share {
  readonly key: string;
  /** The order in which shares get their first item, from 0. Shares without one get theirs by demand only. */
  readonly rank?: number;
  /** How often it was asked for lately. */
  readonly demand: number;
  /** How many items of it are there or in the making. */
  readonly present: number;
}

/**
 * How much more an item that is there counts than one that would have to be made in its place. Without it, two kinds that
 * are wanted about as often would throw each other's items away at each call.
 */
const weightOfPresent = 1.5;

/** Demand fades, so that two requests soon after each other come to less than 2. */
const demandOfTwo = 1.5;

/**
 * Says how many items of each kind to keep ready: one for each ranked share in their order, one for each other share that
 * was asked for twice lately, the most wanted first, and the rest in proportion to demand.
 *
 * @param size how many items there are to be in all
 * @returns the numbers by key; they add up to `size` unless there is nothing to keep
 */
export function planShares(size: number, shares: readonly Share[]): Map<string, number> {
  const plan = new Map(shares.map(({ key }) => [key, 0]));
  const order = [...shares].sort(byClaim).filter(isKept);
  for (const { key } of order.slice(0, size)) plan.set(key, 1);

  for (let left = size - Math.min(size, order.length); left > 0 && order.length > 0; left -= 1) {
    const next = order.reduce((best, share) => (quotient(share, plan) > quotient(best, plan) ? share : best));
    plan.set(next.key, (plan.get(next.key) ?? 0) + 1);
  }
  return plan;
}

/** A group of kinds, as a share of the whole. */
export interface GroupShare extends Share {
  readonly rank: number;
  /** What each item of it takes. */
  readonly memory: number;
}

/**
 * Says how many items each group gets: one each, the most wanted group first, and the rest in proportion to demand. A group
 * whose items are too large for what is left of the memory gets none; the very first item is given out in any case.
 *
 * @param maxMemory what all items may take together
 * @returns the numbers by key; they add up to `size` at most
 */
export function planGroups(size: number, maxMemory: number, groups: readonly GroupShare[]): Map<string, number> {
  const plan = new Map(groups.map(({ key }) => [key, 0]));
  const order = [...groups].sort((a, b) => claim(b, 1) - claim(a, 1) || a.rank - b.rank);
  let [items, memory] = [0, 0];
  const fits = (group: GroupShare): boolean => items < size && (items === 0 || memory + group.memory <= maxMemory);
  const give = (group: GroupShare): void => {
    plan.set(group.key, (plan.get(group.key) ?? 0) + 1);
    items += 1;
    memory += group.memory;
  };
  for (const group of order) if (fits(group)) give(group);
  for (;;) {
    const [first, ...others] = order.filter(fits);
    if (first === undefined) return plan;
    give(others.reduce((best, group) => (quotient(group, plan) > quotient(best, plan) ? group : best), first));
  }
}

/** Whether a share gets anything when there is enough. */
export function isKept({ rank, demand }: Share): boolean {
  return rank !== undefined || demand >= demandOfTwo;
}

function byClaim(a: Share, b: Share): number {
  return (a.rank ?? Infinity) - (b.rank ?? Infinity) || claim(b, 1) - claim(a, 1) || (a.key < b.key ? -1 : 1);
}

/** What a share has to show for one more item (the method of highest averages). */
function quotient(share: Share, plan: ReadonlyMap<string, number>): number {
  const nth = (plan.get(share.key) ?? 0) + 1;
  return claim(share, nth) / nth;
}

/** What a share has to show for its first `nth` items. */
function claim({ rank = Infinity, demand, present }: Share, nth: number): number {
  return (demand + 1 / (1 + rank)) * (nth <= present ? weightOfPresent : 1);
}
