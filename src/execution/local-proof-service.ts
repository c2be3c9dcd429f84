import { withFiles } from '../sessions/session.ts';
import { admitCall, type EarlyEnd } from './admit-call.ts';
import type { Call } from './call.ts';
import type { Environments } from './environments.ts';
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
  readonly #environments: Environments;
  readonly #gate: Gate;

  constructor(environments: Environments, gate: Gate) {
    this.#environments = environments;
    this.#gate = gate;
  }

  inspect(request: InspectRequest, context: CallContext): Promise<InspectionResult> {
    return this.#admit(request, context, (call) => inspect(call, request));
  }

  tryTactics(request: TryTacticsRequest, context: CallContext): Promise<TryTacticsResult> {
    return this.#admit(request, context, (call) => tryTactics(call, request));
  }

  async #admit<Result extends object>(
    { sessionId, environment: asked, code = '', files: given }: TextRequest,
    context: CallContext,
    work: (call: Call) => Promise<Result>,
  ): Promise<(Result | EarlyEnd) & { readonly environment?: string }> {
    const session = sessionId === undefined ? undefined : await this.#environments.sessions.find(sessionId);
    const environment =
      session === undefined ? this.#environments.find(asked) : this.#environments.ofSession(session, asked);
    const text = { code, files: withFiles(session, given) };
    const result =
      session === undefined
        ? await admitCall(text, environment, this.#gate, context, work)
        : await admitCall(text, environment, inTurnOf(session, this.#gate), context, (call) => call.in(session, work));
    return { ...result, ...this.#environments.told(environment) };
  }
}
