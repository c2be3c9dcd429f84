/* The contract for fronts: verdicts that the code under test cannot influence. */
import type { SessionId } from '../core/ids.ts';
import type { ProjectFiles } from '../projects/project.ts';
import type { SignedReceipt } from '../verify/receipt.ts';
import type { Verification } from '../verify/verification.ts';
import type { CallContext, Timings } from './execution-service.ts';

/** Who has to accept a proof: Lean's kernel, or those of others that the image has, too. */
export const askedKernels = ['lean', 'all'] as const;
export type AskedKernels = (typeof askedKernels)[number];

/** Where a submission comes from. */
export type SubmissionSource =
  /** With files that it can import, on top of those of the statement. */
  | { readonly text: string; readonly files?: ProjectFiles | undefined }
  /** The text of a session, with its files. */
  | { readonly sessionId: SessionId };

/** Submissions to hold against one statement. */
export interface VerifyRequest {
  /** A text with its header, in which what is to be proved is left open with `sorry`. */
  readonly statement: string;
  /** Files that the statement can import, and are trusted as it is; submissions can import them, too. */
  readonly files?: ProjectFiles | undefined;
  readonly submissions: readonly SubmissionSource[];
  /** Theorems to prove; none: those that the statement leaves open. */
  readonly theoremNames?: readonly string[];
  /** Definitions that a submission may fill in. */
  readonly holes?: readonly string[];
  /** Absent: the axioms of Lean's own library. */
  readonly allowedAxioms?: readonly string[];
  /** Who has to accept a proof; absent: Lean's kernel. */
  readonly kernels?: AskedKernels;
  /** Where all of it is elaborated and judged; absent: in the environment of the session, else in the first. */
  readonly environment?: string | undefined;
  /** For each elaboration and each judge, in milliseconds; absent: the configured one. Clamped to the configured maximum. */
  readonly timeoutMs?: number;
}

/** A verification, with its receipt as it is handed out. */
export type VerifiedSubmission = Omit<Verification, 'receipt'> & { readonly receipt: SignedReceipt };

export interface VerifyResult {
  /** In the order of the submissions. */
  readonly verifications: readonly VerifiedSubmission[];
  readonly timings: Timings;
  readonly leanVersion: string;
  /** Where it was; absent when there is no other environment. */
  readonly environment?: string;
}

export interface VerifyService {
  /**
   * Verifies submissions, each with a verdict of its own.
   *
   * @throws AppError `usage` when the statement is none, `image-unusable` when the image cannot verify, `session-unknown`,
   *   `busy`, or that there is no engine or image; the signal's reason
   */
  verify(request: VerifyRequest, context: CallContext): Promise<VerifyResult>;
}
