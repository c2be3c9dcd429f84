import type { Check, ItemReport } from './work-queue.ts';

/** The result of a check that never came to an end, in the form in which workers tell theirs. */
export function notChecked({ item }: Pick<Check, 'item'>, tries: number, error: string): ItemReport {
  return { index: item.index, id: item.id, verdict: 'undecided', outcome: 'not-checked', error, tries };
}

/** Why a check is given up that its workers said nothing about. */
export const workersLost = 'The workers that began it were lost. Nothing is known about the code; check it again.';
