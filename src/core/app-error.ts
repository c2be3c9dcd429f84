import type { AppErrorCode, Failure } from './failures/failure.ts';

/**
 * The one error type that this program throws.
 *
 * `message` says what was wrong and with which value, `hint` what to do next; both are read by people and by models.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly hint: string | undefined;
  /** When trying again can help, in seconds from now. */
  readonly retryAfterS: number | undefined;

  /** @param failure one of `failures`; a code alone where there is nothing to do */
  constructor(
    failure: Failure | AppErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterS?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const { code, hint } = typeof failure === 'string' ? { code: failure } : failure;
    this.code = code;
    this.hint = hint;
    this.retryAfterS = options.retryAfterS;
  }

  /** Message and hint as one text, for places that show one. */
  get advice(): string {
    return this.hint === undefined ? this.message : `${this.message}\n${this.hint}`;
  }
}

/** The readable part of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
