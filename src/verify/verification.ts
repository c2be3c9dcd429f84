/*
 * What a verification is: a statement that the caller trusts, a submission that nobody does, and a verdict that the
 * submission cannot influence. docs/verify.md says what each word means and what it rests on.
 */
import { everyOf } from '../core/every-of.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import type { OtherKernel } from '../lean/toolchain.ts';
import type { ProjectFiles } from '../projects/project.ts';

/** Axioms that a proof may rest on when a call says nothing about it: those that Lean's own library rests on. */
export const standardAxioms: readonly string[] = ['propext', 'Quot.sound', 'Classical.choice'];

/** What is to be proved. */
export interface Statement {
  /** A Lean text with its header; what is to be proved is left open in it with `sorry`. */
  readonly text: string;
  /** Files that the text can import; they are trusted as it is. */
  readonly files?: ProjectFiles | undefined;
  /** Theorems to prove; none: those that the text leaves open, or all when it leaves none open. */
  readonly theoremNames: readonly string[];
  /** Definitions that a submission may fill in as it likes. */
  readonly holes: readonly string[];
}

/** A submission, and by which rules it is judged. */
export interface VerificationRequest {
  readonly statement: Statement;
  readonly submission: string;
  /** Files that the submission can import; nobody trusts them. */
  readonly submissionFiles?: ProjectFiles | undefined;
  /** Exact names. */
  readonly allowedAxioms: readonly string[];
  /** Whether the image's kernels that are not Lean's own have to accept it, too. */
  readonly byAllKernels: boolean;
  /** For each of the two elaborations and for the judge, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a kernel that is not Lean's own says of a proof that Lean's accepts. */
export interface KernelOpinion {
  readonly name: OtherKernel;
  readonly accepts: boolean;
  readonly exitCode: number;
  /** For reading and checking all that the proof rests on. */
  readonly milliseconds: number;
}

export type Verdict = 'verified' | 'verified-with-holes' | 'not-verified' | 'undecided';
export const verdicts = everyOf<Verdict>()('verified', 'verified-with-holes', 'not-verified', 'undecided');

/** Why a submission is not verified. */
export type RefusalReason =
  /** Lean rejects the submission. */
  | 'does-not-compile'
  /** The submission has no theorem or definition of that name. */
  | 'target-missing'
  /** It has something of that name of another kind: a definition where the statement has a theorem, for instance. */
  | 'kind-differs'
  /** The theorem says something else. */
  | 'statement-differs'
  /** A definition of the statement means something else. */
  | 'definition-differs'
  | 'axiom-not-allowed'
  /** Lean's kernel does not accept a declaration. */
  | 'kernel-rejected'
  /** A theorem needs something that is `unsafe` or `partial`. */
  | 'unsupported-declaration'
  /** What came out of the submission's sandbox is no export. */
  | 'malformed-export'
  /** The submission imports what the image, or the configuration, does not let it. */
  | 'import-not-available';

/** What the judge does, in this order. */
export type JudgeStep = 'read' | 'imports' | 'kernel' | 'compare' | 'axioms';

/** Why nothing is known. */
export type UndecidedReason =
  | 'time-limit'
  | 'memory-limit'
  | 'export-too-large'
  /** The kernel gave up, or the judge did not answer as it should. */
  | 'judge-failed'
  /** The sandbox of the submission was lost, or ended in another way than by itself. */
  | 'sandbox-failed'
  /** The kernel of this Lean is known to be unsound, and the configuration does not take its word. */
  | 'unsound-kernel'
  /** Lean's kernel accepts it, and another one does not. */
  | 'kernels-disagree';

/** A declaration of the statement, as Lean prints it. */
export interface StatedDeclaration {
  readonly name: string;
  /** Name, arguments and type. */
  readonly signature: string;
}

/** The statement as Lean elaborated it: what people have to read, because no program can know whether it is what was meant. */
export interface ElaboratedStatement {
  readonly theorems: readonly StatedDeclaration[];
  readonly holes: readonly StatedDeclaration[];
  /** Its own definitions. */
  readonly definitions: readonly StatedDeclaration[];
  /** Axioms that it declares itself. */
  readonly axioms: readonly StatedDeclaration[];
  /** Definitions that rest on `sorry` and are no holes. */
  readonly open: readonly StatedDeclaration[];
}

/** A definition that the submission filled in. */
export interface FilledHole {
  readonly name: string;
  readonly value: string;
}

/** What a verdict was about and on what it rests, to be kept. Everything in it is data; hashes are SHA-256 in hexadecimal digits. */
export interface Receipt {
  readonly format: 1;
  readonly verdict: Verdict;
  readonly reason?: RefusalReason | UndecidedReason;
  readonly theorem_names: readonly string[];
  readonly holes: readonly string[];
  readonly allowed_axioms: readonly string[];
  /** Axioms that the proofs rest on; there when verified. */
  readonly axioms?: readonly string[];
  readonly statement_sha256: string;
  readonly submission_sha256: string;
  /** Of the files that came with them; absent when none did. */
  readonly statement_files_sha256?: string;
  readonly submission_files_sha256?: string;
  /** Absent when there was none. */
  readonly statement_export_sha256?: string;
  readonly submission_export_sha256?: string;
  /** The engine's id of the image. */
  readonly image_id: string;
  readonly lean: { readonly version: string; readonly githash?: string };
  /** Of the programs in `verifier/`. */
  readonly checker_version: string;
  /** Kernels that had to accept it, besides Lean's own; absent when only that was asked. */
  readonly kernels?: readonly OtherKernel[];
  /** `false`: this kernel has known bugs by which somebody who knows them can have falsehoods verified. */
  readonly adversary_proof: boolean;
  /** The bugs, as their numbers in Lean's repository. */
  readonly kernel_bugs: readonly string[];
  /** When, as ISO 8601. */
  readonly time: string;
}

/** A verdict with everything that is known. */
export interface Verification {
  readonly verdict: Verdict;
  readonly reason?: RefusalReason | UndecidedReason;
  /** What the judge was doing when it refused. */
  readonly step?: JudgeStep;
  /** What was wrong, in a sentence. */
  readonly message?: string;
  /** The declaration that it is about. */
  readonly declaration?: string;
  /** Both sides, where they differ: of the statement, and of the submission. */
  readonly expected?: string;
  readonly found?: string;
  readonly axioms: readonly string[];
  readonly holes: readonly FilledHole[];
  /** What other kernels say; absent when none was asked. */
  readonly kernels?: readonly KernelOpinion[];
  /** Lean's messages about the submission. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the statement came to nothing. */
  readonly statement?: ElaboratedStatement;
  readonly receipt: Receipt;
}

/** Whether a verdict says that the proof is one. */
export function isVerified({ verdict }: Pick<Verification, 'verdict'>): boolean {
  return verdict === 'verified' || verdict === 'verified-with-holes';
}
