/*
 * The verdict of all kernels that a call asks. Each of those that are not Lean's own works in a sandbox of its own, behind
 * Lean's kernel, on what that has accepted there: so none of them can say anything in the name of another.
 */
import type { OtherKernel } from '../lean/toolchain.ts';
import type { ElaborationContext, Undecided } from './elaborate-text.ts';
import { judgeExport, type Case } from './judge-export.ts';
import type { VerdictLine } from './verdict-line.ts';
import { afterColon } from './verifier-sandbox.ts';
import { isVerified, type KernelOpinion, type Verification } from './verification.ts';

type Verdict = Pick<Verification, 'verdict'> & Partial<Verification>;

/**
 * @param kernels besides Lean's own
 * @param onKernel hears which of them is asked
 * @throws AppError when no sandbox can be had; the signal's reason
 */
export async function judgeByKernels(
  given: Case,
  kernels: readonly OtherKernel[],
  context: ElaborationContext,
  onKernel: (kernel: OtherKernel) => void,
): Promise<Verdict> {
  if (kernels.length === 0) {
    const judged = await judgeExport(given, context);
    return 'kind' in judged ? undecided(judged) : verdictOf(judged.line);
  }
  const opinions: KernelOpinion[] = [];
  let verdict: Verdict = { verdict: 'undecided' };
  for (const kernel of kernels) {
    onKernel(kernel);
    const judged = await judgeExport({ ...given, kernel }, context);
    if ('kind' in judged) return { ...undecided(judged), kernels: opinions };
    verdict = verdictOf(judged.line);
    const { opinion, said = '' } = judged;
    if (!isVerified(verdict) || opinion === undefined) return verdict;
    opinions.push(opinion);
    if (!opinion.accepts) return { ...disagreement(opinion, said), kernels: opinions };
  }
  return { ...verdict, kernels: opinions };
}

/** What is known when nothing is. */
export function undecided({ reason, message }: Undecided): Pick<Verification, 'verdict' | 'reason' | 'message'> {
  return { verdict: 'undecided', reason, message };
}

function disagreement({ name, exitCode }: KernelOpinion, said: string): Verdict {
  const message = `Lean’s kernel accepts it, and ${name} does not (exit code ${exitCode})${afterColon(said)}`;
  return { verdict: 'undecided', reason: 'kernels-disagree', message };
}

function verdictOf(line: VerdictLine): Verdict {
  switch (line.verdict) {
    case 'verified':
    case 'verified-with-holes':
      return { verdict: line.verdict, axioms: line.axioms, holes: line.holes };
    case 'undecided':
      return { verdict: 'undecided', reason: 'judge-failed', message: line.message, step: line.step };
    case 'not-verified': {
      const { verdict, reason, message, step, declaration, expected, found } = line;
      return {
        verdict,
        reason,
        message,
        step,
        ...(declaration !== undefined && { declaration }),
        ...(expected !== undefined && { expected }),
        ...(found !== undefined && { found }),
      };
    }
  }
}
