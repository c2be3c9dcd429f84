/** Words that may stand before `def` and its like. */
export const declarationModifiers: ReadonlySet<string> = new Set(
  'meta noncomputable nonrec partial private protected public unsafe'.split(' '),
);
