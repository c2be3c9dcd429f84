/*
 * A verification from its texts to its receipt: the statement is elaborated in one sandbox, the submission in another, and
 * a third one judges what came out of the two.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Principal } from '../core/ids.ts';
import { sha256 } from '../core/sha256.ts';
import { firstError, headlineOf, type Diagnostic } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { checkerVersion, usableKernels, verifierMissing, type OtherKernel } from '../lean/toolchain.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import { checkTextImports, outsideImports, type CompiledFiles } from '../projects/compiled-files.ts';
import type { ProjectFiles } from '../projects/project.ts';
import type { ElaboratedAnswer, NamedDeclaration } from './answer.ts';
import { elaborateText, type ElaborationContext, type Undecided } from './elaborate-text.ts';
import { judgeByKernels, undecided } from './judge-by-kernels.ts';
import { reachableBugs } from './kernel-bugs.ts';
import { StatementCache } from './statement-cache.ts';
import {
  isVerified,
  type ElaboratedStatement,
  type Receipt,
  type StatedDeclaration,
  type Statement,
  type Verification,
  type VerificationRequest,
} from './verification.ts';
import type { VerifierSupply } from './verifier-supply.ts';

export interface VerifierOptions {
  readonly supply: VerifierSupply;
  /** The largest export that is judged. */
  readonly maxExport: Bytes;
  /** Whether a kernel with known bugs may still have the last word. */
  readonly trustUnsoundKernels: boolean;
  /** The time, for receipts. */
  readonly now?: () => Date;
}

/** Whose verification it is. */
export interface VerificationContext {
  readonly launch: LeanLaunch;
  /** What texts may import. */
  readonly policy: ImportPolicy;
  readonly principal: Principal;
  readonly signal: AbortSignal;
  readonly onProgress?: (message: string) => void;
  /** What files are compiled with, of a statement and of a submission each; absent where there are none. */
  readonly newCompiledFiles?: () => CompiledFiles;
}

/** What is known of a statement once Lean has elaborated it. */
interface KnownStatement {
  readonly targets: readonly NamedDeclaration[];
  readonly holes: readonly NamedDeclaration[];
  readonly elaborated: ElaboratedStatement;
  readonly export: Buffer;
  readonly modules: readonly string[];
  readonly bytes: Bytes;
}

/** What is known so far, beside the verdict. */
type Known = Omit<Verification, 'receipt'>;

const cacheLimits = { entries: 256, bytes: 64 * 1024 * 1024 };

/** Verifies submissions against statements. */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #statements = new StatementCache<KnownStatement>(cacheLimits);

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /**
   * Verifies one submission.
   *
   * @throws AppError `usage` when the statement is none, `image-unusable` when the image cannot verify, and what getting a
   *   sandbox throws; the signal's reason
   */
  async verify(request: VerificationRequest, context: VerificationContext): Promise<Verification> {
    const { launch, onProgress } = context;
    requireVerifier(launch);
    const kernels = request.byAllKernels ? requireKernels(launch) : [];
    const { supply, maxExport } = this.#options;
    const elaboration = { ...context, supply, maxExport, timeoutMs: request.timeoutMs };
    onProgress?.('Elaborating the statement');
    const statement = await this.#statement(request.statement, context.policy, elaboration);
    if ('kind' in statement) return this.#finish(request, context, undefined, nothing(statement));
    onProgress?.('Elaborating the submission');
    const { known, submission } = await this.#submission(request, statement, context.policy, elaboration);
    if (submission === undefined) return this.#finish(request, context, statement, known);
    onProgress?.('Judging');
    const { allowedAxioms } = request;
    const verdict = await judgeByKernels(
      { statement: statement.export, submission, modules: statement.modules, allowedAxioms },
      kernels,
      elaboration,
      (kernel) => onProgress?.(`Judging with Lean’s kernel and ${kernel}`),
    );
    return this.#finish(request, context, statement, { ...known, ...verdict }, submission);
  }

  /** @throws AppError `usage` when Lean rejects it, or it has no such theorem */
  async #statement(
    statement: Statement,
    policy: ImportPolicy,
    context: ElaborationContext,
  ): Promise<KnownStatement | Undecided> {
    const { text, files = noFiles, theoremNames, holes } = statement;
    const decision = checkTextImports(text, files, policy);
    if (!decision.allowed) throw unusableStatement(`imports what it must not: ${decision.message}`);
    const key = sha256(JSON.stringify([context.launch.image, text, inOrder(files), theoremNames, holes]));
    const cached = this.#statements.get(key);
    if (cached !== undefined) return cached;
    const elaborated = await elaborateText({ part: 'statement', text, files, targets: theoremNames, holes }, context);
    switch (elaborated.kind) {
      case 'undecided':
        return elaborated;
      case 'rejected':
        throw unusableStatement(`is rejected by Lean: ${describeFirst(elaborated.diagnostics)}`);
      case 'missing':
        throw unusableStatement(`declares no theorem or definition ${JSON.stringify(elaborated.name)}`);
      case 'elaborated': {
        if (elaborated.targets.length === 0) throw unusableStatement('has no theorem');
        const known = toKnown(elaborated, outsideImports(text, files));
        this.#statements.set(key, known);
        return known;
      }
    }
  }

  async #submission(
    { submission, submissionFiles: files = noFiles }: VerificationRequest,
    { targets, holes, elaborated }: KnownStatement,
    policy: ImportPolicy,
    context: ElaborationContext,
  ): Promise<{ readonly known: Known; readonly submission?: Buffer }> {
    const nothingYet = { axioms: [], holes: [], diagnostics: [], statement: elaborated };
    const decision = checkTextImports(submission, files, policy);
    if (!decision.allowed) {
      const { message } = decision;
      return { known: { ...nothingYet, verdict: 'not-verified', reason: 'import-not-available', message } };
    }
    const words = (declarations: readonly NamedDeclaration[]): string[] => declarations.map(({ word }) => word);
    const wanted = { targets: words(targets), holes: words(holes) };
    const answer = await elaborateText({ part: 'submission', text: submission, files, ...wanted }, context);
    if (answer.kind === 'undecided') return { known: { ...nothingYet, ...undecided(answer) } };
    const { diagnostics } = answer;
    if (answer.kind === 'elaborated') {
      return { known: { ...nothingYet, verdict: 'undecided', diagnostics }, submission: answer.export };
    }
    const message = `Lean rejects the submission: ${describeFirst(diagnostics)}`;
    return { known: { ...nothingYet, verdict: 'not-verified', reason: 'does-not-compile', message, diagnostics } };
  }

  #finish(
    request: VerificationRequest,
    { launch }: VerificationContext,
    statement: KnownStatement | undefined,
    found: Known,
    submission?: Buffer,
  ): Verification {
    const { toolchain, jail, image } = launch;
    const bugs = reachableBugs(toolchain.version, jail.limits.memory).map(({ number }) => number);
    const isDoubted = isVerified(found) && bugs.length > 0 && !this.#options.trustUnsoundKernels;
    const known: Known = isDoubted
      ? {
          ...found,
          verdict: 'undecided',
          reason: 'unsound-kernel',
          message: `Lean’s kernel accepts it, but that of ${toolchain.version} has known bugs: ${bugs.join(', ')}.`,
        }
      : found;
    const receipt: Receipt = {
      format: 1,
      verdict: known.verdict,
      ...(known.reason !== undefined && { reason: known.reason }),
      theorem_names: (statement?.targets ?? []).map(({ name }) => name),
      holes: (statement?.holes ?? []).map(({ name }) => name),
      allowed_axioms: request.allowedAxioms,
      ...(isVerified(known) && { axioms: known.axioms }),
      statement_sha256: sha256(request.statement.text),
      submission_sha256: sha256(request.submission),
      ...hashOf('statement_files_sha256', request.statement.files),
      ...hashOf('submission_files_sha256', request.submissionFiles),
      ...(statement !== undefined && { statement_export_sha256: sha256(statement.export) }),
      ...(submission !== undefined && { submission_export_sha256: sha256(submission) }),
      image_id: image,
      lean: { version: toolchain.version, ...(toolchain.githash !== undefined && { githash: toolchain.githash }) },
      checker_version: checkerVersion,
      ...(request.byAllKernels && { kernels: usableKernels(toolchain) }),
      adversary_proof: bugs.length === 0,
      kernel_bugs: bugs,
      time: (this.#options.now?.() ?? new Date()).toISOString(),
    };
    return { ...known, receipt };
  }
}

/** @throws AppError `image-unusable` */
export function requireVerifier({ toolchain }: Pick<LeanLaunch, 'toolchain'>): void {
  const why = verifierMissing(toolchain);
  if (why === undefined) return;
  throw new AppError(failures['image-unusable'].cannotVerify, `This image cannot verify: ${why}.`);
}

/** @throws AppError `image-unusable` when the image has no kernel but Lean's */
function requireKernels({ toolchain }: Pick<LeanLaunch, 'toolchain'>): readonly OtherKernel[] {
  const kernels = usableKernels(toolchain);
  if (kernels.length > 0) return kernels;
  const flaws = (toolchain.kernels ?? []).map(({ name, flaw = '' }) => `${name}: ${flaw}`).join('; ');
  const why = flaws === '' ? 'it was built without any' : flaws;
  throw new AppError(
    failures['image-unusable'].noOtherKernels,
    `This image has no kernel that could be asked besides Lean’s own (${why}).`,
  );
}

const noFiles: ProjectFiles = new Map();

/** Equal for the same files, however they came. */
function inOrder(files: ProjectFiles): readonly (readonly [string, string])[] {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A field of a receipt about files, where there are any: SHA-256 of their paths and texts as JSON, in the order of paths. */
function hashOf(
  field: 'statement_files_sha256' | 'submission_files_sha256',
  files: ProjectFiles = noFiles,
): { readonly [Field in typeof field]?: string } {
  return files.size === 0 ? {} : { [field]: sha256(JSON.stringify(inOrder(files))) };
}

function toKnown(answer: ElaboratedAnswer, modules: readonly string[]): KnownStatement {
  const { targets, holes, export: bytes } = answer;
  const elaborated = stated(answer);
  const size = bytes.length + JSON.stringify(elaborated).length;
  // A copy: what it is a part of is larger.
  return { targets, holes, elaborated, export: Buffer.from(bytes), modules, bytes: size };
}

function stated({ targets, holes, declarations }: ElaboratedAnswer): ElaboratedStatement {
  const shown = (list: readonly StatedDeclaration[]): StatedDeclaration[] =>
    list.map(({ name, signature }) => ({ name, signature }));
  return {
    theorems: shown(targets),
    holes: shown(holes),
    definitions: shown(declarations.definitions),
    axioms: shown(declarations.axioms),
    open: shown(declarations.open),
  };
}

/** What is known when nothing came of it. */
function nothing(why: Undecided): Known {
  return { ...undecided(why), axioms: [], holes: [], diagnostics: [] };
}

function unusableStatement(problem: string): AppError {
  return new AppError(failures.usage.statement, `The statement ${problem}.`);
}

function describeFirst(diagnostics: readonly Diagnostic[]): string {
  const error = firstError(diagnostics);
  if (error === undefined) return 'it does not say why';
  const place = error.file === undefined ? '' : `${error.file}, `;
  return `${place}line ${error.start.line}: ${headlineOf(error)}`;
}
