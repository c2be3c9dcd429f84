import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Session } from '../sessions/session.ts';
import { admitCall } from './admit-call.ts';
import type { CallEnvironment } from './call-environment.ts';
import type { CallContext, NotCompleted, SessionStep, Timings } from './execution-service.ts';
import { inTurnOf, type Gate } from './gate.ts';
import { inspect } from './inspect.ts';
import type {
  InspectionResult,
  InspectRequest,
  ProofService,
  TextRequest,
  TryTacticsRequest,
  TryTacticsResult,
} from './proof-service.ts';
import type { Stopwatch } from './stopwatch.ts';
import { tryTactics } from './try-tactics.ts';

/** What both kinds of calls have in common. */
interface ProofResult {
  readonly outcome: string;
  readonly timings: Timings;
  readonly session?: SessionStep;
}

type Work<Request, Result> = (
  session: Session | undefined,
  request: Request,
  environment: CallEnvironment,
  launch: LeanLaunch,
  context: CallContext,
  stopwatch: Stopwatch,
) => Promise<Result>;

/** Answers questions about texts with this machine's engine. */
export class LocalProofService implements ProofService {
  readonly #environment: CallEnvironment;
  readonly #gate: Gate;

  constructor(environment: CallEnvironment, gate: Gate) {
    this.#environment = environment;
    this.#gate = gate;
  }

  inspect(request: InspectRequest, context: CallContext): Promise<InspectionResult> {
    return this.#call<InspectRequest, InspectionResult>(request, context, inspect);
  }

  tryTactics(request: TryTacticsRequest, context: CallContext): Promise<TryTacticsResult> {
    return this.#call<TryTacticsRequest, TryTacticsResult>(request, context, tryTactics);
  }

  async #call<Request extends TextRequest, Result extends ProofResult>(
    request: Request,
    context: CallContext,
    work: Work<Request, Result>,
  ): Promise<Result | (NotCompleted & { diagnostics: []; timings: Timings })> {
    const { sessionId, code = '' } = request;
    const session = sessionId === undefined ? undefined : await this.#environment.sessions.find(sessionId);
    const once = async (stopwatch: Stopwatch): Promise<Result> => {
      const launch = await this.#environment.launch(context);
      context.onProgress({ phase: 'sandbox', message: 'Getting a sandbox' });
      const rebuilt = session?.lostServer ?? false;
      const result = await work(session, request, this.#environment, launch, context, stopwatch);
      if (session === undefined) return result;
      return { ...result, session: { sessionId: session.id, step: session.steps.length, rebuilt } };
    };
    return await admitCall<Result | (NotCompleted & { diagnostics: []; timings: Timings })>(
      code,
      this.#environment,
      session === undefined ? this.#gate : inTurnOf(session, this.#gate),
      context,
      async (stopwatch) => {
        const result = await once(stopwatch);
        if (!('lost' in result)) return result;
        this.#environment.logger.warn('The engine lost a sandbox; trying once more in another one');
        return await once(stopwatch);
      },
      (end, stopwatch) => ({ ...end, diagnostics: [], timings: stopwatch.read() }),
    );
  }
}
