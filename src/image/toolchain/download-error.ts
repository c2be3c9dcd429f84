import { AppError, messageOf } from '../../core/app-error.ts';

/** What somebody can do who cannot download a toolchain. */
const withoutDownloadHint =
  'Check the network and, behind a proxy, HTTPS_PROXY; or install Lean with elan (https://lean-lang.org/install), ' +
  'or name an unpacked Linux toolchain: `lean-docker-mcp image build --toolchain-dir DIR`.';

/** A download that failed, with its address and the reason. */
export function downloadError(url: string, reason: string, options: { hint?: string; cause?: unknown } = {}): AppError {
  return new AppError('download-failed', `Downloading ${url} failed: ${reason}.`, {
    hint: options.hint ?? withoutDownloadHint,
    cause: options.cause,
  });
}

/** Why a request got no answer: the cause that says most, since `fetch` itself only says that it failed. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return messageOf(error);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const reason = networkReason(cause);
  if (reason === '') return code ?? messageOf(error);
  return code === undefined || reason.includes(code) ? reason : `${reason} (${code})`;
}
