import type { Principal } from '../core/ids.ts';
import { inOrder } from '../core/in-order.ts';
import { severalAtOnce } from '../core/several-at-once.ts';
import type { ReceiptSigner } from '../verify/receipt.ts';
import type { Verifier } from '../verify/verifier.ts';
import { documentText } from '../sessions/session-source.ts';
import type { ProjectFiles } from '../projects/project.ts';
import { standardAxioms } from '../verify/verification.ts';
import { runTimeOf, type CallEnvironment } from './call.ts';
import type { Environments } from './environments.ts';
import type { CallContext } from './execution-service.ts';
import { patient, timed, type Gate } from './gate.ts';
import { newCompiledFiles } from './imported-files.ts';
import { Stopwatch } from './stopwatch.ts';
import type {
  SubmissionSource,
  VerifiedSubmission,
  VerifyRequest,
  VerifyResult,
  VerifyService,
} from './verify-service.ts';

export interface LocalVerifyOptions {
  readonly verifier: Verifier;
  /** Absent: receipts are not signed. Throws AppError `config-invalid`. */
  readonly signer: () => Promise<ReceiptSigner | undefined>;
  readonly environments: Environments;
  readonly principal: Principal;
  /** How many submissions of the caller may be under way at a time; asked again and again. */
  readonly places: () => number;
}

/** A submission, wherever it comes from. */
interface Submission {
  readonly text: string;
  readonly files: ProjectFiles;
}

type Measure = <Value>(work: Promise<Value>) => Promise<Value>;

/** Verifies with this machine's engine. */
export class LocalVerifyService implements VerifyService {
  readonly #options: LocalVerifyOptions;
  readonly #gate: Gate;

  constructor(options: LocalVerifyOptions, gate: Gate) {
    this.#options = options;
    this.#gate = gate;
  }

  async verify(request: VerifyRequest, context: CallContext): Promise<VerifyResult> {
    const { environments } = this.#options;
    const stopwatch = new Stopwatch();
    const signer = await this.#options.signer();
    const environment = await this.#environmentFor(request);
    const { toolchain, jail } = await environment.launch(context);
    const total = request.submissions.length;
    const verify = async (
      [index, source]: readonly [number, SubmissionSource],
      { gate, measure }: { readonly gate: Gate; readonly measure: Measure },
      signal: AbortSignal,
    ): Promise<VerifiedSubmission> => {
      const submission = await this.#submissionOf(source);
      const place = total === 1 ? '' : ` ${index + 1} of ${total}`;
      const begin = (): ReturnType<Verifier['verify']> =>
        measure(this.#verifyOne(submission, request, environment, { ...context, signal }, place));
      const { receipt, ...verification } = await gate.admit(begin, signal, jail.limits);
      return { ...verification, receipt: signer?.sign(receipt) ?? receipt };
    };
    const measure: Measure = (work) => stopwatch.measure('elaborate', work);
    const [first, ...others] = request.submissions.entries();
    // The first alone: all others find the statement elaborated.
    const alone = { gate: timed(this.#gate, stopwatch), measure };
    const verifications = first === undefined ? [] : [await verify(first, alone, context.signal)];
    const together = { gate: patient(this.#gate), measure: <Value>(work: Promise<Value>) => work };
    const placed = severalAtOnce(
      others,
      this.#options.places,
      async (entry, signal) => ({ index: entry[0] - 1, verification: await verify(entry, together, signal) }),
      context.signal,
    );
    const addOthers = async (): Promise<void> => {
      for await (const { verification } of inOrder(placed)) verifications.push(verification);
    };
    await measure(addOthers());
    const leanVersion = toolchain.version;
    return { verifications, timings: stopwatch.read(), leanVersion, ...environments.told(environment) };
  }

  async #verifyOne(
    submission: Submission,
    request: VerifyRequest,
    environment: CallEnvironment,
    context: CallContext,
    place: string,
  ): ReturnType<Verifier['verify']> {
    const { verifier, principal } = this.#options;
    const { statement, files, theoremNames = [], holes = [], timeoutMs } = request;
    const { allowedAxioms = standardAxioms, kernels = 'lean' } = request;
    const limitMs = runTimeOf(environment, timeoutMs);
    const launch = await environment.launch(context);
    return await verifier.verify(
      {
        statement: { text: statement, files, theoremNames, holes },
        submission: submission.text,
        submissionFiles: new Map([...(files ?? []), ...submission.files]),
        allowedAxioms,
        byAllKernels: kernels === 'all',
        timeoutMs: limitMs,
      },
      {
        launch,
        policy: environment.policy(launch),
        principal,
        signal: context.signal,
        newCompiledFiles: () => newCompiledFiles(environment).thing,
        onProgress: (message) => {
          context.onProgress({ phase: 'elaborate', message: `${message}${place}` });
        },
      },
    );
  }

  async #submissionOf(source: SubmissionSource): Promise<Submission> {
    if ('text' in source) return { text: source.text, files: source.files ?? new Map() };
    const session = await this.#options.environments.sessions.find(source.sessionId);
    return { text: documentText(session.source), files: session.files };
  }

  /** A session's text is verified by the Lean that has accepted it. */
  async #environmentFor({ environment: asked, submissions }: VerifyRequest): Promise<CallEnvironment> {
    const { environments } = this.#options;
    let environment = environments.find(asked);
    let named = asked;
    for (const source of submissions) {
      if ('text' in source) continue;
      environment = environments.ofSession(await environments.sessions.find(source.sessionId), named);
      named = environment.name;
    }
    return environment;
  }
}
