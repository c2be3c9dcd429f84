import { admitCall, type EarlyEnd } from './admit-call.ts';
import type { Call, CallEnvironment } from './call.ts';
import type { CallContext } from './execution-service.ts';
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
import { tryTactics } from './try-tactics.ts';

/** Answers questions about texts with this machine's engine. */
export class LocalProofService implements ProofService {
  readonly #environment: CallEnvironment;
  readonly #gate: Gate;

  constructor(environment: CallEnvironment, gate: Gate) {
    this.#environment = environment;
    this.#gate = gate;
  }

  inspect(request: InspectRequest, context: CallContext): Promise<InspectionResult> {
    return this.#admit(request, context, (call) => inspect(call, request));
  }

  tryTactics(request: TryTacticsRequest, context: CallContext): Promise<TryTacticsResult> {
    return this.#admit(request, context, (call) => tryTactics(call, request));
  }

  async #admit<Result extends object>(
    { sessionId, code = '' }: TextRequest,
    context: CallContext,
    work: (call: Call) => Promise<Result>,
  ): Promise<Result | EarlyEnd> {
    if (sessionId === undefined) return await admitCall(code, this.#environment, this.#gate, context, work);
    const session = await this.#environment.sessions.find(sessionId);
    const gate = inTurnOf(session, this.#gate);
    return await admitCall(code, this.#environment, gate, context, (call) => call.in(session, work));
  }
}
