import { z } from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { checkerVersion, otherKernels, type OtherKernel } from '../lean/toolchain.ts';
import { isVerified, type KernelOpinion, type RefusalReason } from './verification.ts';

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

const opinionSchema = z.strictObject({
  kernel: z.enum(otherKernels),
  exitCode: z.int().min(0),
  readAll: z.boolean(),
  milliseconds: z.int().min(0),
});

/** What was asked, with which the answer has to agree. */
export interface Asked {
  readonly nonce: string;
  /** The kernel that was to be asked after Lean's own; absent: none. */
  readonly kernel?: OtherKernel | undefined;
}

/** What the judge says, and another kernel where it was asked: it is when Lean's own accepts the submission. */
export interface Judged {
  readonly line: VerdictLine;
  readonly opinion?: KernelOpinion;
  /** What a kernel that does not accept it has printed, its beginning and its end. */
  readonly said?: string;
}

/**
 * Reads all that the judge has printed after it was asked.
 *
 * @returns `undefined` when it is not what belongs to this request and to this exit code
 */
export function readVerdict(
  output: string,
  { nonce, kernel }: Asked,
  exitCode: number | undefined,
): Judged | undefined {
  const [first = '', second, ...more] = output.split('\n');
  const { success, data: line } = lineSchema.safeParse(parseJson(first));
  if (!success || line.nonce !== nonce || exitCodes[line.verdict] !== exitCode) return undefined;
  if (kernel === undefined || !isVerified(line)) return second === '' && more.length === 0 ? { line } : undefined;
  const { data: opinion } = opinionSchema.safeParse(parseJson(second ?? ''));
  if (opinion?.kernel !== kernel || more.length !== 1 || more[0] !== '') return undefined;
  const { exitCode: code, readAll, milliseconds } = opinion;
  return { line, opinion: { name: kernel, accepts: code === 0 && readAll, exitCode: code, milliseconds } };
}
