/* Has a submission judged: in a sandbox that nothing of a tenant's was in before, by our program and Lean's kernel. */
import { randomBytes } from 'node:crypto';
import type { OtherKernel } from '../lean/toolchain.ts';
import { abortReason } from '../core/abortable.ts';
import { Deadline } from '../core/deadline.ts';
import { because, type ElaborationContext, type Undecided } from './elaborate-text.ts';
import { nameToWord } from './answer.ts';
import { readVerdict, type Judged } from './verdict-line.ts';
import { afterColon, type VerifierEnd } from './verifier-sandbox.ts';

/** What is judged: two exports, and what the call allows. */
export interface Case {
  readonly statement: Uint8Array;
  readonly submission: Uint8Array;
  /** Modules of the statement's header, which the judge may have imported before it is asked. */
  readonly modules: readonly string[];
  readonly allowedAxioms: readonly string[];
  /** A kernel that is asked after Lean's own, when that accepts the submission; absent: none. */
  readonly kernel?: OtherKernel;
}

/** More than any answer has. */
const maxAnswer = 4 * 1024 * 1024;

/** @throws AppError when no sandbox can be had; the signal's reason */
export async function judgeExport(
  { statement, submission, modules, allowedAxioms, kernel }: Case,
  context: ElaborationContext,
): Promise<Judged | Undecided> {
  const { supply, launch, principal, timeoutMs, signal } = context;
  const role = { program: 'judge', modules: modules.map(nameToWord) } as const;
  const leased = await supply.lease(launch, role, principal, signal);
  await using sandbox = leased.item;
  using deadline = new Deadline(timeoutMs, signal);
  const nonce = randomBytes(16).toString('hex');
  const sizes = [statement.length, submission.length];
  const words = ['judge', nonce, kernel ?? 'lean', ...sizes, ...allowedAxioms.map(nameToWord)];
  // The last line feed ends a last line that has none.
  const request = [Buffer.from(`${words.join(' ')}\n`), statement, submission, Buffer.from('\n')];
  const end = await sandbox.ask(request, { bytes: maxAnswer }, deadline);
  if (end.end === 'cancelled') throw abortReason(signal);
  const judged =
    end.end === 'finished' ? readVerdict(end.stdout.toString('utf8'), { nonce, kernel }, end.exitCode) : undefined;
  const who = kernel === undefined ? 'The judge' : `The judge with the kernel ${kernel}`;
  if (judged === undefined) return undecided(who, end, context);
  if (judged.opinion?.accepts !== false) return judged;
  return { ...judged, said: end.stderr.trim() };
}

function undecided(
  who: string,
  { end, exitCode, stderr }: VerifierEnd,
  { timeoutMs, launch }: ElaborationContext,
): Undecided {
  if (end === 'timed-out') return because('time-limit', `${who} took longer than ${timeoutMs / 1000} s.`);
  if (end === 'out-of-memory') {
    return because('memory-limit', `${who} used up its memory (${launch.jail.limits.memory} bytes).`);
  }
  const how = `${end}, exit code ${exitCode ?? 'none'}`;
  return because('judge-failed', `${who} gave no verdict (${how})${afterColon(stderr)}`);
}
