import type { Principal } from '../core/ids.ts';
import type { ReceiptSigner } from '../verify/receipt.ts';
import type { Verifier } from '../verify/verifier.ts';
import { standardAxioms } from '../verify/verification.ts';
import type { CallEnvironment } from './call.ts';
import type { CallContext } from './execution-service.ts';
import type { Gate } from './gate.ts';
import type { SessionService } from './session-service.ts';
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
  readonly environment: Pick<CallEnvironment, 'launch' | 'defaultTimeoutMs' | 'maxTimeoutMs'>;
  readonly sessions: SessionService;
  readonly principal: Principal;
}

/** Verifies with this machine's engine. */
export class LocalVerifyService implements VerifyService {
  readonly #options: LocalVerifyOptions;
  readonly #gate: Gate;

  constructor(options: LocalVerifyOptions, gate: Gate) {
    this.#options = options;
    this.#gate = gate;
  }

  async verify(request: VerifyRequest, context: CallContext): Promise<VerifyResult> {
    const { environment } = this.#options;
    const stopwatch = new Stopwatch();
    const signer = await this.#options.signer();
    const { toolchain } = await environment.launch(context);
    const verifications: VerifiedSubmission[] = [];
    for (const [index, source] of request.submissions.entries()) {
      const submission = await this.#textOf(source);
      const place = request.submissions.length === 1 ? '' : ` ${index + 1} of ${request.submissions.length}`;
      stopwatch.beginQueue();
      const { receipt, ...verification } = await this.#gate.admit(async () => {
        stopwatch.endQueue();
        return await stopwatch.measure('elaborate', this.#verifyOne(submission, request, context, place));
      }, context.signal);
      verifications.push({ ...verification, receipt: signer?.sign(receipt) ?? receipt });
    }
    return { verifications, timings: stopwatch.read(), leanVersion: toolchain.version };
  }

  async #verifyOne(
    submission: string,
    { statement, theoremNames = [], holes = [], allowedAxioms = standardAxioms, timeoutMs }: VerifyRequest,
    context: CallContext,
    place: string,
  ): ReturnType<Verifier['verify']> {
    const { verifier, environment, principal } = this.#options;
    const limitMs = Math.min(timeoutMs ?? environment.defaultTimeoutMs, environment.maxTimeoutMs);
    return await verifier.verify(
      { statement: { text: statement, theoremNames, holes }, submission, allowedAxioms, timeoutMs: limitMs },
      {
        launch: await environment.launch(context),
        principal,
        signal: context.signal,
        onProgress: (message) => {
          context.onProgress({ phase: 'elaborate', message: `${message}${place}` });
        },
      },
    );
  }

  async #textOf(source: SubmissionSource): Promise<string> {
    return 'text' in source ? source.text : await this.#options.sessions.source(source.sessionId);
  }
}
