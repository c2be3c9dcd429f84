import type { ZodType } from 'zod';
import type { ReadingTurns } from '../../core/reading-turns.ts';

/** So many entries are checked before others are let go first. */
const portion = 500;

/**
 * Checks a list from a sandbox, in portions, and up to the first entry that does not fit.
 *
 * @returns `undefined` when one does not
 */
export async function checkedList<Entry>(
  list: readonly unknown[],
  schema: ZodType<Entry>,
  turns: ReadingTurns,
): Promise<Entry[] | undefined> {
  const checked: Entry[] = [];
  const checkPortion = (): boolean => {
    const end = Math.min(list.length, checked.length + portion);
    while (checked.length < end) {
      const { success, data } = schema.safeParse(list[checked.length]);
      if (!success) return false;
      checked.push(data);
    }
    return true;
  };
  if (list.length <= portion) return checkPortion() ? checked : undefined;
  while (checked.length < list.length) if (!(await turns.take(checkPortion))) return undefined;
  return checked;
}
