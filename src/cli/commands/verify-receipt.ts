import { readSigner } from '../../app/wire-verify.ts';
import { AppError } from '../../core/app-error.ts';
import { sha256 } from '../../core/sha256.ts';
import { failures } from '../../core/failures/failures.ts';
import { parseReceipt, signatureOf, type SignedReceipt } from '../../verify/receipt.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { filesOf, readText, type VerifyOptions } from './verify.ts';

/** @throws AppError `usage` */
export async function readReceipt(file: string): Promise<SignedReceipt> {
  return parseReceipt(await readText(file));
}

/** Says what a receipt says, and whether it was signed. @returns the exit code: success unless a signature is wrong */
export async function checkReceipt(
  receipt: SignedReceipt,
  publicKeyFile: string | undefined,
  signingKey: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const { verdict, reason, statement_sha256: statement, submission_sha256: submission, lean, time } = receipt;
  terminal.out(`${verdict}${reason === undefined ? '' : ` (${reason})`} by Lean ${lean.version} at ${time}\n`);
  terminal.out(`statement  ${statement}\nsubmission ${submission}\n`);
  const own = publicKeyFile === undefined ? (await readSigner(signingKey))?.publicKey : undefined;
  const key = publicKeyFile === undefined ? own : await readText(publicKeyFile);
  const signature = signatureOf(receipt, key);
  terminal.out(`signature  ${signature.description}\n`);
  return signature.isWrong ? exitCodes.rejected : exitCodes.success;
}

/** Verifies again and compares everything but the time. @returns the exit code */
export async function compareWithReceipt(
  receipt: SignedReceipt,
  statementFile: string,
  submissionFile: string,
  { project, environment }: Pick<VerifyOptions, 'project' | 'environment'>,
  { app, terminal, signal }: CommandContext,
): Promise<number> {
  const [statement, submission] = [await readText(statementFile), await readText(submissionFile)];
  requireSame('statement', statementFile, statement, receipt.statement_sha256);
  requireSame('submission', submissionFile, submission, receipt.submission_sha256);
  const { theorem_names: theoremNames, holes, allowed_axioms: allowedAxioms } = receipt;
  const submissions = [{ text: submission }];
  const request = {
    statement,
    submissions,
    theoremNames,
    holes,
    allowedAxioms,
    environment,
    ...(receipt.kernels !== undefined && { kernels: 'all' as const }),
    ...(await filesOf(project)),
  };
  const { verifications } = await app.verify.verify(request, { signal, onProgress: () => undefined });
  const again = verifications[0]?.receipt;
  const differences = again === undefined ? ['everything'] : differing(receipt, again);
  if (differences.length === 0) {
    terminal.out('verified again, with the same result\n');
    return exitCodes.success;
  }
  terminal.out(`verified again, and these differ: ${differences.join(', ')}\n`);
  return again?.verdict === 'undecided' ? exitCodes.undecided : exitCodes.rejected;
}

/** @throws AppError `usage` */
function requireSame(what: string, file: string, text: string, expected: string): void {
  const found = sha256(text);
  if (found === expected) return;
  throw new AppError(
    failures.usage.otherFiles,
    `${file} is not the ${what} of the receipt: its SHA-256 is ${found}, not ${expected}.`,
  );
}

function differing(a: SignedReceipt, b: SignedReceipt): string[] {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof SignedReceipt)[]);
  return [...fields]
    .filter((name) => name !== 'time' && name !== 'signature')
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}
