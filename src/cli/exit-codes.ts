import type { AppErrorCode } from '../core/failures/failure.ts';
import type { StructuredResult } from '../report/structured-result.ts';

/** What the command returns to the shell. */
export const exitCodes = {
  success: 0,
  /** Lean rejected the code, or the program failed. */
  rejected: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Something that the command needs is not there: the engine, the image, a toolchain. */
  notReady: 3,
  /** Of some texts nothing is known. */
  undecided: 4,
  /** A fault in this program. */
  internal: 70,
  timedOut: 124,
  /** Interrupted by the user. */
  interrupted: 130,
} as const;

/** The table of exit codes, for `--help`. */
export const exitCodeHelp = `Exit codes:
  0    success: Lean accepted the code, and the program, if there is one, returned 0
  1    Lean rejected the code (check: of one text), the program failed, or it ran out of memory or output
  2    the command line or the configuration is wrong
  3    the environment is not ready: no engine, no image, no toolchain (the message says what to do)
  4    check: no text was rejected, and of some nothing is known
  70   a fault in lean-docker-mcp
  124  the time limit was reached
  130  interrupted`;

/** The exit code for a failure of ours. */
export function exitCodeForError(code: AppErrorCode): number {
  switch (code) {
    case 'usage':
    case 'config-invalid':
      return exitCodes.usage;
    case 'internal':
      return exitCodes.internal;
    default:
      return exitCodes.notReady;
  }
}

/** The exit code for the result of running code. */
export function exitCodeForResult({ status, outcome }: StructuredResult): number {
  if (outcome === 'timed-out') return exitCodes.timedOut;
  if (outcome === 'cancelled') return exitCodes.interrupted;
  return status === 'success' ? exitCodes.success : exitCodes.rejected;
}
