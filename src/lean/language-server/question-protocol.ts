/*
 * Questions about places in a document, and what Lean may answer. Checked like everything that comes from a process in
 * which tenant code runs; fields of newer Leans that nobody needs are dropped.
 */
import { z } from 'zod';
import { lspRange } from './lean-protocol.ts';

/** `$/lean/plainGoal`: nothing where there is no tactic. Lists are checked piece by piece. */
export const plainGoalAnswer = z.object({ goals: z.array(z.unknown()) }).nullable();
export const plainGoal = z.string();

/** `$/lean/plainTermGoal`: what is expected of the term there. */
export const plainTermGoalAnswer = z.object({ goal: z.string(), range: lspRange }).nullable();

/** `textDocument/hover`. */
export const hoverAnswer = z
  .object({ contents: z.union([z.object({ value: z.string() }), z.string()]), range: lspRange.nullish() })
  .nullable();

/** One of the completions; the details of a completion are another. */
export const completionItem = z.looseObject({
  label: z.string(),
  detail: z.string().nullish(),
  documentation: z.union([z.object({ value: z.string() }), z.string()]).nullish(),
  kind: z.int().nullish(),
  sortText: z.string().nullish(),
});
export type LspCompletion = z.infer<typeof completionItem>;

/** `textDocument/completion`: the items. */
export const completionAnswer = z.union([
  z.object({ items: z.array(z.unknown()) }).transform(({ items }) => items),
  z.array(z.unknown()),
  z.null().transform((): unknown[] => []),
]);

const locationLink = z.object({ targetUri: z.string(), targetRange: lspRange, targetSelectionRange: lspRange });
const location = z
  .object({ uri: z.string(), range: lspRange })
  .transform(({ uri, range }) => ({ targetUri: uri, targetRange: range, targetSelectionRange: range }));
export type LocationLink = z.infer<typeof locationLink>;

/** `textDocument/definition`: the places. */
export const definitionAnswer = z.union([
  z.array(z.unknown()),
  z
    .object({ uri: z.string() })
    .loose()
    .transform((one): unknown[] => [one]),
  z.null().transform((): unknown[] => []),
]);
export const definitionPlace = z.union([locationLink, location]);
