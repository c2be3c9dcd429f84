import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { renderVerification, toVerification, type StructuredVerification } from '../../report/verification-result.ts';
import { readProject } from '../../project-folder/read-project.ts';
import { limitsOfCall, type ProjectFiles } from '../../projects/project.ts';
import type { AskedKernels } from '../../execution/verify-service.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';

export interface VerifyOptions {
  readonly json?: true | undefined;
  readonly theorem?: readonly string[] | undefined;
  readonly hole?: readonly string[] | undefined;
  readonly axiom?: readonly string[] | undefined;
  /** A folder with files that both can import. */
  readonly project?: string | undefined;
  /** Who has to accept the proof; absent: Lean's kernel. */
  readonly kernels?: AskedKernels | undefined;
  /** Where it is verified; absent: in the first environment. */
  readonly environment?: string | undefined;
}

/** Verifies one file against another. @returns the exit code */
export async function verifyFiles(
  statementFile: string,
  submissionFile: string,
  options: VerifyOptions,
  { app, terminal, signal }: CommandContext,
): Promise<number> {
  const { json, theorem, hole, axiom, project, kernels, environment } = options;
  const result = await app.verify.verify(
    {
      statement: await readText(statementFile),
      ...(await filesOf(project)),
      submissions: [{ text: await readText(submissionFile) }],
      environment,
      ...(theorem !== undefined && { theoremNames: theorem }),
      ...(hole !== undefined && { holes: hole }),
      ...(axiom !== undefined && { allowedAxioms: axiom }),
      ...(kernels !== undefined && { kernels }),
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

/** The files of a folder that statement and submission can import. @throws AppError `usage` */
export async function filesOf(folder: string | undefined): Promise<{ readonly files?: ProjectFiles }> {
  return folder === undefined ? {} : { files: (await readProject(folder, limitsOfCall)).files };
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
    throw new AppError(failures.usage.filesToVerify, `The file ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
