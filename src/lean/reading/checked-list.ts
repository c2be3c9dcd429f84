import type { ZodType } from 'zod';
import type { Turns } from '../../core/reading-turns.ts';

/** So many entries are checked before others are let go first. */
const portion = 500;

/**
 * Does something with each entry of a list from a sandbox, in portions, and up to the first entry for which it says no.
 *
 * @returns whether it never did
 */
export async function everyInPortions<Entry>(
  list: readonly Entry[],
  take: (entry: Entry) => boolean,
  turns: Turns,
): Promise<boolean> {
  let next = 0;
  const takePortion = (): boolean => {
    const end = Math.min(list.length, next + portion);
    const isDone = list.slice(next, end).every(take);
    next = end;
    return isDone;
  };
  if (list.length <= portion) return takePortion();
  while (next < list.length) if (!(await turns.take(takePortion))) return false;
  return true;
}

/**
 * Checks a list from a sandbox, in portions, and up to the first entry that does not fit.
 *
 * @returns `undefined` when one does not
 */
export async function checkedList<Entry>(
  list: readonly unknown[],
  schema: ZodType<Entry>,
  turns: Turns,
): Promise<Entry[] | undefined> {
  const checked: Entry[] = [];
  const check = (entry: unknown): boolean => {
    const { success, data } = schema.safeParse(entry);
    if (success) checked.push(data);
    return success;
  };
  return (await everyInPortions(list, check, turns)) ? checked : undefined;
}
