/** Every way in which this program, rather than the user's Lean code, can fail. */
export type AppErrorCode =
  /** The command line or a tool call is malformed. */
  | 'usage'
  /** A configuration value, file or variable cannot be used. */
  | 'config-invalid'
  /** No Docker engine answers, or it may not be used. */
  | 'engine-unreachable'
  /** The engine answered with a failure of its own; trying again may help. */
  | 'engine-failed'
  /** The engine cannot enforce the limits that make a sandbox safe. */
  | 'limits-not-enforced'
  /** The sandbox image is not there, and could not be made. */
  | 'image-missing'
  /** The sandbox image is there, but not one of ours or not usable. */
  | 'image-unusable'
  /** Building the sandbox image failed. */
  | 'image-build-failed'
  /** No Lean toolchain was found where one was asked for. */
  | 'toolchain-not-found'
  /** A toolchain could not be downloaded. */
  | 'download-failed'
  /** A session handle is unknown, expired or was cleaned up. */
  | 'session-unknown'
  /** Too many calls are waiting; trying again later helps. */
  | 'busy'
  /** A principal has used what it may; trying again later helps. */
  | 'quota-used-up'
  /** No more sessions may be opened now. */
  | 'session-limit'
  /** A session's text has no room for more. */
  | 'session-full'
  /** A session could not be written down. */
  | 'session-not-saved'
  /** A session that was written down cannot be read. */
  | 'session-damaged'
  /** A batch is unknown, was cancelled, or is no longer kept. */
  | 'batch-unknown'
  /** The file in which a client lists its servers cannot be read or changed. */
  | 'client-config-unusable'
  /** The identity provider that issues tokens does not answer. */
  | 'identity-unavailable'
  /** The server is shutting down. */
  | 'shutting-down'
  /** A fault in this program. */
  | 'internal';

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

  constructor(
    code: AppErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; retryAfterS?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
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
