import { engineFailed, engineUnreachable, limitsNotEnforced } from './engine-failures.ts';
import type { AppErrorCode, Failure } from './failure.ts';
import { downloadFailed, imageBuildFailed, imageMissing, imageUnusable, toolchainNotFound } from './image-failures.ts';
import { indexUnavailable } from './index-failures.ts';
import {
  batchUnknown,
  busy,
  identityUnavailable,
  internal,
  queueUnreachable,
  quotaUsedUp,
  shuttingDown,
} from './service-failures.ts';
import {
  sessionChanged,
  sessionDamaged,
  sessionFull,
  sessionLimit,
  sessionNotSaved,
  sessionUnknown,
} from './session-failures.ts';
import { clientConfigUnusable, configInvalid } from './set-up-failures.ts';
import { usage } from './usage-failures.ts';

/**
 * Every failure of this program by its code and its name, each with what to do next. Who throws one adds what was wrong.
 *
 * What to do next is written here and nowhere else, except where another error is passed on with its own hint.
 */
export const failures = {
  usage,
  'config-invalid': configInvalid,
  'engine-unreachable': engineUnreachable,
  'engine-failed': engineFailed,
  'limits-not-enforced': limitsNotEnforced,
  'image-missing': imageMissing,
  'image-unusable': imageUnusable,
  'image-build-failed': imageBuildFailed,
  'toolchain-not-found': toolchainNotFound,
  'download-failed': downloadFailed,
  'session-unknown': sessionUnknown,
  busy,
  'quota-used-up': quotaUsedUp,
  'session-limit': sessionLimit,
  'session-full': sessionFull,
  'session-not-saved': sessionNotSaved,
  'session-changed': sessionChanged,
  'session-damaged': sessionDamaged,
  'index-unavailable': indexUnavailable,
  'batch-unknown': batchUnknown,
  'queue-unreachable': queueUnreachable,
  'client-config-unusable': clientConfigUnusable,
  'identity-unavailable': identityUnavailable,
  'shutting-down': shuttingDown,
  internal,
} satisfies Readonly<Record<AppErrorCode, Readonly<Record<string, Failure | ((context: never) => Failure)>>>>;
