import type { Deadline } from '../core/deadline.ts';
import { declarationAt } from '../lean/declaration.ts';
import { findSorries } from '../lean/source/sorry.ts';
import type { Splice } from '../lean/source/splice.ts';
import type { Workplace } from './workplace.ts';

/**
 * Whether the declaration around an attempt rests on a `sorry` in another one: asks Lean for its axioms, in a command
 * behind the text, which was elaborated last. Asks nothing where there is no `sorry` but in the attempt.
 *
 * @returns `undefined` when it cannot be told
 */
export async function restsOnSorry(
  workplace: Workplace,
  { text, start, end }: Splice,
  deadline: Deadline,
): Promise<boolean | undefined> {
  const sorries = await findSorries(text);
  if (sorries.every((sorry) => sorry.start >= start && sorry.end <= end)) return false;
  const told = await deadline.race(workplace.lean.declarations().catch(() => []));
  if ('stopped' in told) workplace.giveUp();
  const name = 'value' in told ? declarationAt(told.value, start)?.name : undefined;
  if (name === undefined) return undefined;
  const answer = await workplace.answerBehind(text, `#print axioms ${name}`, deadline);
  return answer?.includes('sorryAx');
}
