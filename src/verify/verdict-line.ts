import { z } from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { checkerVersion } from '../lean/toolchain.ts';
import type { RefusalReason } from './verification.ts';

const text = z.string().max(40_000);
const common = { nonce: text, lean: text, githash: text, checker: z.literal(checkerVersion) };
const explained = {
  ...common,
  message: text,
  step: z.enum(['read', 'imports', 'kernel', 'compare', 'axioms']),
  declaration: text.optional(),
  expected: text.optional(),
  found: text.optional(),
};

/** Why the judge refuses. */
export const judgeRefusals = [
  'target-missing',
  'kind-differs',
  'statement-differs',
  'definition-differs',
  'axiom-not-allowed',
  'kernel-rejected',
  'unsupported-declaration',
  'malformed-export',
  'import-not-available',
] as const satisfies readonly RefusalReason[];

const lineSchema = z.discriminatedUnion('verdict', [
  z.strictObject({
    ...common,
    verdict: z.enum(['verified', 'verified-with-holes']),
    axioms: z.array(text).max(10_000),
    holes: z.array(z.strictObject({ name: text, value: text })).max(10_000),
    declarations: z.int().min(0),
  }),
  z.strictObject({ ...explained, verdict: z.literal('not-verified'), reason: z.enum(judgeRefusals) }),
  z.strictObject({
    ...explained,
    verdict: z.literal('undecided'),
    reason: z.enum(['kernel-gave-up', 'statement-unusable']),
  }),
]);

/** What the judge says, in one line. */
export type VerdictLine = z.output<typeof lineSchema>;

/** The exit code that goes with each verdict. */
const exitCodes = { verified: 0, 'verified-with-holes': 0, 'not-verified': 1, undecided: 3 } as const;

/**
 * Reads all that the judge has printed after it was asked.
 *
 * @returns `undefined` when it is not one line of its kind, for this request, with the exit code that belongs to it
 */
export function readVerdict(output: string, nonce: string, exitCode: number | undefined): VerdictLine | undefined {
  if (!output.endsWith('\n') || output.indexOf('\n') !== output.length - 1) return undefined;
  const { success, data } = lineSchema.safeParse(parseJson(output));
  if (!success || data.nonce !== nonce || exitCodes[data.verdict] !== exitCode) return undefined;
  return data;
}
