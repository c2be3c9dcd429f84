import { readSigner } from '../../app/wire-verify.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { checkReceipt, compareWithReceipt, readReceipt } from './verify-receipt.ts';
import { verifyFiles, type VerifyOptions } from './verify.ts';

/** What stands on the command line. */
export interface VerifyCommand {
  readonly statement: string | undefined;
  readonly submission: string | undefined;
  readonly options: VerifyOptions & {
    readonly receipt?: string | undefined;
    readonly publicKey?: string | true | undefined;
  };
  readonly config: LoadedConfig;
  readonly terminal: Terminal;
}

/**
 * Verifies, checks a receipt, or prints the public key.
 *
 * @param withApp does work with an app, and ends the process with the exit code that it returns
 */
export async function verifyCommand(
  { statement, submission, options, config, terminal }: VerifyCommand,
  withApp: (work: (context: CommandContext) => Promise<number>) => Promise<void>,
): Promise<void> {
  const { receipt: receiptFile, publicKey } = options;
  const signingKey = config.settings.verify.signing_key;
  if (receiptFile === undefined && publicKey !== undefined) {
    if (publicKey !== true || statement !== undefined) throw usage('--public-key FILE goes with --receipt.');
    process.exitCode = await printPublicKey(signingKey, terminal);
    return;
  }
  const receipt = receiptFile === undefined ? undefined : await readReceipt(receiptFile);
  if (receipt !== undefined) {
    const key = typeof publicKey === 'string' ? publicKey : undefined;
    process.exitCode = await checkReceipt(receipt, key, signingKey, terminal);
    if (statement === undefined && submission === undefined) return;
    if (process.exitCode !== exitCodes.success) return;
  }
  if (statement === undefined || submission === undefined) {
    throw usage('Two files are needed: the statement, and the submission.');
  }
  const files = [statement, submission] as const;
  await withApp((context) =>
    receipt === undefined
      ? verifyFiles(...files, options, context)
      : compareWithReceipt(receipt, ...files, options, context),
  );
}

async function printPublicKey(signingKey: string | undefined, terminal: Terminal): Promise<number> {
  const signer = await readSigner(signingKey);
  if (signer === undefined) {
    throw new AppError(failures.usage.noPublicKey, 'No key is configured, so there is no public one.');
  }
  terminal.out(signer.publicKey);
  return exitCodes.success;
}

function usage(message: string): AppError {
  return new AppError(failures.usage.verifyArguments, message);
}
