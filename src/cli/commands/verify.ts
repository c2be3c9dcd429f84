import { readFile } from 'node:fs/promises';
import type { WiredApp } from '../../app/wire-app.ts';
import { AppError, messageOf } from '../../core/app-error.ts';
import { renderVerification, toVerification, type StructuredVerification } from '../../report/verification-result.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface VerifyOptions {
  readonly json?: true | undefined;
  readonly theorem?: readonly string[] | undefined;
  readonly hole?: readonly string[] | undefined;
  readonly axiom?: readonly string[] | undefined;
}

/** Verifies one file against another. @returns the exit code */
export async function verifyFiles(
  statementFile: string,
  submissionFile: string,
  options: VerifyOptions,
  app: WiredApp,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { json, theorem, hole, axiom } = options;
  const result = await app.verify.verify(
    {
      statement: await readText(statementFile),
      submissions: [{ text: await readText(submissionFile) }],
      ...(theorem !== undefined && { theoremNames: theorem }),
      ...(hole !== undefined && { holes: hole }),
      ...(axiom !== undefined && { allowedAxioms: axiom }),
    },
    {
      signal,
      onProgress: ({ message }) => {
        terminal.progress(message);
      },
    },
  );
  terminal.endProgress();
  const structured = toVerification(result, app.report);
  terminal.out(json === true ? `${JSON.stringify(structured)}\n` : `${renderVerification(structured)}\n`);
  return exitCodeFor(structured);
}

function exitCodeFor({ results: [result] }: StructuredVerification): number {
  switch (result?.verdict) {
    case 'verified':
    case 'verified-with-holes':
      return exitCodes.success;
    case 'not-verified':
      return exitCodes.rejected;
    default:
      return exitCodes.undecided;
  }
}

/** @throws AppError `usage` */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('usage', `The file ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Give the paths of two Lean files: the statement, and the submission.',
    });
  }
}
