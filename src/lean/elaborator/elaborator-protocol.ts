/*
 * What the elaborator says, as far as this program listens; docs/elaborator.md describes it. All of it comes from a process
 * in which tenant code runs, so it is checked against these schemas. Lists are checked piece by piece, see
 * `reading/checked-list.ts`.
 */
import { z, type ZodType } from 'zod';

const count = z.int().min(0);
const position = z.object({ line: z.int().min(1), column: count });
const list = z.array(z.unknown());
/** A list in an entry: checked up to the first item that does not fit, so that a bad one costs no more than a good one. */
function listOf<Item>(item: ZodType<Item>): ZodType<Item[]> {
  return z.custom<Item[]>((value) => Array.isArray(value) && value.every((one) => item.safeParse(one).success));
}
/** A list that was cut, and how much longer it was. */
const reported = z.object({ items: list, omitted: count });

const message = z.object({
  severity: z.enum(['error', 'warning', 'information']),
  pos: position,
  endPos: position.optional(),
  text: z.string(),
  textBytes: count.optional(),
  name: z.string().max(200).optional(),
});
/** One of Lean's messages, with places in the text that was sent. */
export type SentMessage = z.infer<typeof message>;

const counts = z.object({ errors: count, warnings: count, information: count });
const verdict = z.object({
  verdict: z.enum(['accepted', 'error', 'cancelled']),
  counts: counts.optional(),
  omitted: counts.optional(),
  sorries: list.optional(),
  headerFailed: z.boolean().optional(),
  exited: z.boolean().optional(),
  state: count.optional(),
  dropped: list.optional(),
});
export type Verdict = z.infer<typeof verdict>;

/** Everything that the elaborator may say. */
export const answerSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('hello'), protocol: count }),
  z.object({ event: z.literal('message'), id: count, message }),
  verdict.extend({ event: z.literal('verdict'), id: count }),
  z.object({ event: z.literal('declarations'), id: count, declarations: reported }),
  z.object({ event: z.literal('goals'), id: count, goals: reported }),
  z.object({ event: z.literal('running'), id: count }),
  z.object({
    event: z.literal('program'),
    id: count,
    end: z.string().max(20).optional(),
    exitCode: count.max(0xffff_ffff),
  }),
  z.object({ event: z.literal('done'), id: count }),
  z.object({ event: z.literal('prepared'), id: count }),
  z.object({ event: z.literal('refused'), id: count.optional(), reason: z.string().max(100), message: z.string() }),
]);
export type ElaboratorAnswer = z.infer<typeof answerSchema>;

/** An entry of `sorries`. */
export const sentSorry = z.object({
  declaration: z.string().max(2000),
  pos: position.optional(),
  synthetic: z.boolean().optional(),
});
export type SentSorry = z.infer<typeof sentSorry>;

/** An entry of `declarations`. */
export const sentDeclaration = z.object({
  name: z.string(),
  kind: z.string().max(100),
  type: z.string(),
  line: z.int().min(1),
  pos: position.optional(),
  endPos: position.optional(),
  namePos: position.optional(),
  axioms: listOf(z.string()),
  sorry: z.boolean(),
});
export type SentDeclaration = z.infer<typeof sentDeclaration>;

const hypothesis = z.object({ names: listOf(z.string()), type: z.string(), value: z.string().optional() });
/** An entry of `goals`. */
export const sentGoal = z.object({
  origin: z.enum(['sorry', 'unsolved-goals']),
  pos: position,
  goal: z.object({
    rendered: z.string(),
    case: z.string().optional(),
    hypotheses: listOf(hypothesis),
    target: z.string(),
  }),
});
export type SentGoal = z.infer<typeof sentGoal>;

/** A text to elaborate, as it is sent. */
export interface ElaborateRequest {
  readonly do: 'elaborate';
  readonly text: string;
  readonly on?: number;
  readonly keep: boolean;
  readonly limits: { readonly count: number; readonly bytes: number; readonly totalBytes: number };
  readonly declarations: number;
  readonly goals: number;
  readonly run?: { readonly args: readonly string[]; readonly stdin: string; readonly stay: boolean };
}

/** What a process is to do before anybody waits for it. */
export interface PrepareRequest {
  readonly do: 'prepare';
  readonly header: string;
  readonly warmUp: readonly Partial<Omit<ElaborateRequest, 'do'>>[];
  readonly stateBytes: number;
}
