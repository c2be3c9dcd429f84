import type { SessionId } from '../core/ids.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { Session } from '../sessions/session.ts';
import type { Admission } from './admission.ts';
import type { CallEnvironment } from './call-environment.ts';
import type {
  CallContext,
  ClosedSession,
  CodeRequest,
  ExecutionResult,
  ExecutionService,
  SessionCodeRequest,
} from './execution-service.ts';
import { runInSession } from './run-in-session.ts';
import { refusedImport, resultWithoutLean, runOnce } from './run-once.ts';
import { Stopwatch } from './stopwatch.ts';

/** Executes code on this machine's engine. */
export class LocalExecutionService implements ExecutionService {
  readonly #environment: CallEnvironment;
  readonly #sessions: SessionRegistry;
  readonly #admission: Admission;

  constructor(environment: CallEnvironment, sessions: SessionRegistry, admission: Admission) {
    this.#environment = environment;
    this.#sessions = sessions;
    this.#admission = admission;
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
    const known = sessionId === undefined ? undefined : await this.#sessions.find(sessionId);
    const result = await this.#execute(request, context, async (stopwatch) => {
      const session = known ?? (await this.#sessions.open());
      try {
        return await runInSession(session, request, this.#environment, context, stopwatch);
      } catch (error) {
        // Its handle never reaches the caller.
        if (known === undefined) await this.#sessions.close(session.id);
        throw error;
      }
    });
    return { ...result, ...(known && { session: result.session ?? unchanged(known) }) };
  }

  async closeSession(sessionId: SessionId): Promise<ClosedSession | undefined> {
    const session = await this.#sessions.close(sessionId);
    return session && { sessionId, steps: session.steps.length };
  }

  /** What every call goes through: the import policy, its turn, and the end when the caller gives up. */
  async #execute(
    request: CodeRequest,
    context: CallContext,
    work: (stopwatch: Stopwatch) => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> {
    const stopwatch = new Stopwatch();
    const refusal = refusedImport(request.code, this.#environment);
    if (refusal !== undefined) return resultWithoutLean(refusal, stopwatch);
    try {
      return await this.#admission.admit(() => {
        stopwatch.endQueue();
        return work(stopwatch);
      }, context.signal);
    } catch (error) {
      if (context.signal.aborted) return resultWithoutLean({ outcome: 'cancelled' }, stopwatch);
      throw error;
    }
  }
}

function unchanged(session: Session): NonNullable<ExecutionResult['session']> {
  return { sessionId: session.id, step: session.steps.length, rebuilt: false };
}
