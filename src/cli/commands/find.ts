import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { findLimits, type FindRequest } from '../../execution/find-service.ts';
import { renderFindings, toFindings } from '../../report/findings-result.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';

export interface FindOptions extends Pick<FindRequest, 'kind' | 'module' | 'environment'> {
  readonly limit?: string | undefined;
  readonly json?: true | undefined;
}

/** Finds declarations, as the tool find-declarations does. @returns the exit code */
export async function findInLibraries(
  words: readonly string[],
  { json, limit, ...filter }: FindOptions,
  { app, terminal, signal }: CommandContext,
): Promise<number> {
  const request = { ...filter, query: words.join(' '), limit: toLimit(limit) };
  const result = await app.finding.find(request, {
    signal,
    onProgress: ({ message }) => {
      terminal.progress(message);
    },
  });
  terminal.endProgress();
  const findings = toFindings(result, app.report);
  terminal.out(json === true ? `${JSON.stringify(findings)}\n` : `${renderFindings(findings)}\n`);
  return exitCodes.success;
}

/** @throws AppError `usage` */
function toLimit(text = String(findLimits.usual)): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= findLimits.most) return limit;
  throw new AppError(failures.usage.findLimit, `--limit ${text} is no number from 1 to ${findLimits.most}.`);
}
