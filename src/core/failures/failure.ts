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
  /** Another server has changed a session meanwhile; trying again helps. */
  | 'session-changed'
  /** A session that was written down cannot be read. */
  | 'session-damaged'
  /** There is no list of the declarations of an image yet, or it cannot be made. */
  | 'index-unavailable'
  /** A batch is unknown, was cancelled, or is no longer kept. */
  | 'batch-unknown'
  /** The queue of checks, or what keeps sessions, does not answer; trying again may help. */
  | 'queue-unreachable'
  /** The file in which a client lists its servers cannot be read or changed. */
  | 'client-config-unusable'
  /** The identity provider that issues tokens does not answer. */
  | 'identity-unavailable'
  /** The server is shutting down. */
  | 'shutting-down'
  /** A fault in this program. */
  | 'internal';

/** One of these ways, and what to do next: for people and for models. */
export interface Failure {
  readonly code: AppErrorCode;
  /** Absent where the message says all that there is to say. */
  readonly hint?: string | undefined;
}

/** What to do next; a function where that depends on something, which is its context. */
type Hint = string | ((context: never) => string);

/** The failures of one code, by their names. */
type FailuresOf<Hints extends Readonly<Record<string, Hint>>> = {
  readonly [Name in keyof Hints]: Hints[Name] extends (context: infer Context) => string
    ? (context: Context) => Failure
    : Failure;
};

/** The failures that share a code, from what to do about each of them. */
export function failuresOf<const Hints extends Readonly<Record<string, Hint>>>(
  code: AppErrorCode,
  hints: Hints,
): FailuresOf<Hints> {
  const failures = Object.entries<Hint>(hints).map(([name, hint]) => [
    name,
    typeof hint === 'string' ? { code, hint } : (context: never): Failure => ({ code, hint: hint(context) }),
  ]);
  return Object.fromEntries(failures) as FailuresOf<Hints>;
}
