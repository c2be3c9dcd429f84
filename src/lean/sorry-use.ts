/*
 * Whether an attempt leaves something open itself. Older Leans warn at each `sorry`. Newer ones warn once, at the name of
 * the declaration: there, another `sorry` in the same declaration hides one that the attempt's text does not show.
 */
import { declarationAround } from './source/declaration-around.ts';
import { findSorries } from './source/sorry.ts';
import type { Splice } from './source/splice.ts';
import { isSorryWarning, withoutKnown, type TrialMessages } from './trial-messages.ts';

/** What is known of `sorry` in a text with an attempt. */
export interface SorryUse {
  /** The attempt leaves something open. */
  readonly itself: boolean;
  /** There is a `sorry` in the declaration beside the attempt. */
  readonly inDeclaration: boolean;
  /** There are more warnings elsewhere than without the attempt. */
  readonly elsewhere: boolean;
}

/** @param saysSorry whether the attempt's own text says `sorry` or the like */
export async function sorryUse(
  saysSorry: boolean,
  splice: Splice,
  known: TrialMessages,
  now: TrialMessages,
): Promise<SorryUse> {
  const after = now.elsewhere.filter(isSorryWarning);
  const added = withoutKnown(after, known.elsewhere.filter(isSorryWarning));
  const warnsAtEach = known.own.some(isSorryWarning);
  const declaration = declarationAround(splice.text, splice.start, splice.end);
  const warning = warnsAtEach
    ? undefined
    : after.findLast(({ base }) => base <= splice.start && base >= declaration.start);
  const hasOther = (await findSorries(splice.text)).some(
    ({ start }) => !splice.isInside(start) && start >= declaration.start && start < declaration.end,
  );
  return {
    itself: saysSorry || now.own.some(isSorryWarning) || (warning !== undefined && !hasOther),
    inDeclaration: hasOther,
    elsewhere: added.some((message) => message !== warning),
  };
}
