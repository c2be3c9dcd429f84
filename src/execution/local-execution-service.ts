import type { SessionId } from '../core/ids.ts';
import type { OwnedSessions } from '../sessions/owned-sessions.ts';
import { admitCall } from './admit-call.ts';
import type { CallEnvironment } from './call-environment.ts';
import type {
  CallContext,
  ClosedSession,
  CodeRequest,
  ExecutionResult,
  ExecutionService,
  SessionCodeRequest,
} from './execution-service.ts';
import { inTurnOf, type Gate } from './gate.ts';
import { runInSession } from './run-in-session.ts';
import { resultWithoutLean, runOnce } from './run-once.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Executes code on this machine's engine. */
export class LocalExecutionService implements ExecutionService {
  readonly #environment: CallEnvironment;
  readonly #sessions: OwnedSessions;
  readonly #gate: Gate;

  constructor(environment: CallEnvironment, gate: Gate) {
    this.#environment = environment;
    this.#sessions = environment.sessions;
    this.#gate = gate;
  }

  runCode(request: CodeRequest, context: CallContext): Promise<ExecutionResult> {
    return this.#execute(request, context, async (stopwatch) => {
      const result = await runOnce(request, this.#environment, context, stopwatch);
      if (result.outcome !== 'crashed' || result.lost !== true) return result;
      this.#environment.logger.warn('The engine lost a sandbox; trying once more in another one');
      return await runOnce(request, this.#environment, context, stopwatch);
    });
  }

  async runInSession(request: SessionCodeRequest, context: CallContext): Promise<ExecutionResult> {
    const { sessionId } = request;
    if (sessionId === undefined) return await this.#runInNewSession(request, context);
    const session = await this.#sessions.find(sessionId);
    const run = (stopwatch: Stopwatch): Promise<ExecutionResult> =>
      runInSession(session, request, this.#environment, context, stopwatch);
    const result = await this.#execute(request, context, run, inTurnOf(session, this.#gate));
    return { ...result, session: result.session ?? { sessionId, step: session.steps.length, rebuilt: false } };
  }

  async #runInNewSession(request: CodeRequest, context: CallContext): Promise<ExecutionResult> {
    return await this.#execute(request, context, async (stopwatch) => {
      const session = await this.#sessions.open();
      const run = (): Promise<ExecutionResult> => runInSession(session, request, this.#environment, context, stopwatch);
      let isKnown = false;
      try {
        const result = await session.takeTurn(run);
        isKnown = !context.signal.aborted;
        return result;
      } finally {
        // A handle that never reaches the caller is of no use.
        if (!isKnown) await this.#sessions.close(session.id);
      }
    });
  }

  async closeSession(sessionId: SessionId): Promise<ClosedSession | undefined> {
    const closed = await this.#sessions.close(sessionId);
    return closed && { sessionId, steps: closed.steps.length };
  }

  async #execute(
    request: CodeRequest,
    context: CallContext,
    work: (stopwatch: Stopwatch) => Promise<ExecutionResult>,
    gate: Gate = this.#gate,
  ): Promise<ExecutionResult> {
    return await admitCall(request.code, this.#environment, gate, context, work, resultWithoutLean);
  }
}
