import { AppError, messageOf } from '../../core/app-error.ts';
import type { Failure } from '../../core/failures/failure.ts';
import { failures } from '../../core/failures/failures.ts';
import { codeOf } from '../../core/system-error.ts';

/** A download that failed, with its address and the reason. */
export function downloadError(
  url: string,
  reason: string,
  { failure = failures['download-failed'].noWayToRelease, cause }: { failure?: Failure; cause?: unknown } = {},
): AppError {
  return new AppError(failure, `Downloading ${url} failed: ${reason}.`, { cause });
}

/** Why a request got no answer: the cause that says most, since `fetch` itself only says that it failed. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return messageOf(error);
  const code = codeOf(cause);
  const reason = networkReason(cause);
  if (reason === '') return code ?? messageOf(error);
  return code === undefined || reason.includes(code) ? reason : `${reason} (${code})`;
}
