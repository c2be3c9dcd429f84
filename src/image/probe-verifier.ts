/*
 * Tries the verifier out in an image: it must verify what is right, see a changed definition, and send a forged proof to
 * the kernel. What changes from one version of Lean to the next then shows here, and not in a call.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import { localPrincipal } from '../core/ids.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { silentLogger } from '../telemetry/telemetry.ts';
import type { ElaboratedAnswer } from '../verify/answer.ts';
import { elaborateText, type ElaborationContext } from '../verify/elaborate-text.ts';
import { judgeExport } from '../verify/judge-export.ts';
import { standardAxioms } from '../verify/verification.ts';
import { VerifierSupply } from '../verify/verifier-supply.ts';

const statement = 'def answer : Nat := 42\ntheorem t : answer = 42 := sorry\n';
const proof = 'def answer : Nat := 42\ntheorem t : answer = 42 := rfl\n';
const otherDefinition = 'def answer : Nat := 43 - 1\ntheorem t : answer = 42 := rfl\n';
/** `theorem t : answer = 42 := True.intro`, as no Lean would print it. */
const forgery = `lean-docker-mcp-export 1
ns 0 496e6974
im 1
ns 0 74
ns 0 46616c7365
ec 3
ns 0 54727565
ns 4 696e74726f
ec 5
th 2 1 2
end
`;
const maxExport = 1024 * 1024;

/** @returns why it cannot be used; `undefined` when it can. Throws the signal's reason. */
export async function failureOfVerifier(
  driver: SandboxDriver,
  launch: LeanLaunch,
  answerLimitMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<string | undefined> {
  await using supply = new VerifierSupply({ driver, ready: 0, maxAgeMs: 1, logger: silentLogger });
  const context: ElaborationContext = {
    supply,
    launch,
    principal: localPrincipal,
    timeoutMs: answerLimitMs,
    maxExport,
    signal,
  };
  try {
    const known = await elaborateText({ part: 'statement', text: statement, targets: [], holes: [] }, context);
    if (known.kind !== 'elaborated') return `a statement is ${describe(known)}`;
    return (
      (await differsFrom('verified', known, proof, context)) ??
      (await differsFrom('definition-differs', known, otherDefinition, context)) ??
      (await differsFrom('kernel-rejected', known, Buffer.from(forgery), context))
    );
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof AppError ? error.message : messageOf(error);
  }
}

/**
 * @param known what came out of the statement
 * @param submission a text, or what is said to have come out of one
 */
async function differsFrom(
  expected: string,
  known: ElaboratedAnswer,
  submission: string | Buffer,
  context: ElaborationContext,
): Promise<string | undefined> {
  const words = known.targets.map(({ word }) => word);
  const given =
    typeof submission === 'string'
      ? await elaborateText({ part: 'submission', text: submission, targets: words, holes: [] }, context)
      : submission;
  if (!Buffer.isBuffer(given) && given.kind !== 'elaborated') return `a submission is ${describe(given)}`;
  const verdict = await judgeExport(
    {
      statement: known.export,
      submission: Buffer.isBuffer(given) ? given : given.export,
      modules: [],
      allowedAxioms: standardAxioms,
    },
    context,
  );
  const said = 'kind' in verdict ? verdict : verdict.line;
  const found = 'reason' in said ? said.reason : said.verdict;
  return found === expected ? undefined : `${found} instead of ${expected}: ${'message' in said ? said.message : ''}`;
}

function describe(answer: { readonly kind: string; readonly message?: string }): string {
  return `${answer.kind}${answer.message === undefined ? '' : `: ${answer.message}`}`;
}
