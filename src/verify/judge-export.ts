/* Has a submission judged: in a sandbox that nothing of a tenant's was in before, by our program and Lean's kernel. */
import { randomBytes } from 'node:crypto';
import { abortReason } from '../core/abortable.ts';
import { Deadline } from '../core/deadline.ts';
import { because, type ElaborationContext, type Undecided } from './elaborate-text.ts';
import { nameToWord } from './answer.ts';
import { readVerdict, type VerdictLine } from './verdict-line.ts';
import { afterColon, type VerifierEnd } from './verifier-sandbox.ts';

/** What is judged: two exports, and what the call allows. */
export interface Case {
  readonly statement: Uint8Array;
  readonly submission: Uint8Array;
  /** Modules of the statement's header, which the judge may have imported before it is asked. */
  readonly modules: readonly string[];
  readonly allowedAxioms: readonly string[];
}

/** More than any answer has. */
const maxAnswer = 4 * 1024 * 1024;

/** @throws AppError when no sandbox can be had; the signal's reason */
export async function judgeExport(
  { statement, submission, modules, allowedAxioms }: Case,
  context: ElaborationContext,
): Promise<VerdictLine | Undecided> {
  const { supply, launch, principal, timeoutMs, signal } = context;
  const role = { program: 'judge', modules: modules.map(nameToWord) } as const;
  const leased = await supply.lease(launch, role, principal, signal);
  await using sandbox = leased.item;
  using deadline = new Deadline(timeoutMs, signal);
  const nonce = randomBytes(16).toString('hex');
  const words = ['judge', nonce, statement.length, submission.length, ...allowedAxioms.map(nameToWord)];
  // The last line feed ends a last line that has none.
  const request = [Buffer.from(`${words.join(' ')}\n`), statement, submission, Buffer.from('\n')];
  const end = await sandbox.ask(request, { bytes: maxAnswer }, deadline);
  if (end.end === 'cancelled') throw abortReason(signal);
  const verdict = end.end === 'finished' ? readVerdict(end.stdout.toString('utf8'), nonce, end.exitCode) : undefined;
  return verdict ?? undecided(end, context);
}

function undecided({ end, exitCode, stderr }: VerifierEnd, { timeoutMs, launch }: ElaborationContext): Undecided {
  if (end === 'timed-out') return because('time-limit', `The judge took longer than ${timeoutMs / 1000} s.`);
  if (end === 'out-of-memory') {
    return because('memory-limit', `The judge used up its memory (${launch.jail.limits.memory} bytes).`);
  }
  const how = `${end}, exit code ${exitCode ?? 'none'}`;
  return because('judge-failed', `The judge gave no verdict (${how})${afterColon(stderr)}`);
}
