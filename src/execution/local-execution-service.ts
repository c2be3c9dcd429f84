import type { SessionId } from '../core/ids.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
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

  constructor(environment: CallEnvironment, sessions: SessionRegistry) {
    this.#environment = environment;
    this.#sessions = sessions;
  }

  runCode(request: CodeRequest, context: CallContext): Promise<ExecutionResult> {
    return runOnce(request, this.#environment, context);
  }

  async runInSession(request: SessionCodeRequest, context: CallContext): Promise<ExecutionResult> {
    if (request.sessionId !== undefined) {
      return await runInSession(this.#sessions.find(request.sessionId), request, this.#environment, context);
    }
    const refusal = refusedImport(request.code, this.#environment);
    if (refusal !== undefined) return resultWithoutLean(refusal, new Stopwatch());
    const session = this.#sessions.open();
    try {
      return await runInSession(session, request, this.#environment, context);
    } catch (error) {
      await this.#sessions.close(session.id);
      throw error;
    }
  }

  async closeSession(sessionId: SessionId): Promise<ClosedSession | undefined> {
    const session = await this.#sessions.close(sessionId);
    return session && { sessionId, steps: session.source.steps.length };
  }
}
