import type { OwnedSessions } from '../sessions/owned-sessions.ts';
import { withFiles, type Session } from '../sessions/session.ts';
import { admitCall } from './admit-call.ts';
import type { Call, CallEnvironment } from './call.ts';
import type { Environments } from './environments.ts';
import {
  noOutput,
  type CallContext,
  type CodeRequest,
  type ExecutionResult,
  type SessionCodeRequest,
} from './execution-service.ts';
import { inTurnOf, type Gate } from './gate.ts';
import { runInSession } from './run-in-session.ts';
import { runOnce } from './run-once.ts';
import type { SharedLean, SharingExecutionService } from './shared-lean.ts';

/** Executes code on this machine's engine. */
export class LocalExecutionService implements SharingExecutionService {
  readonly #environments: Environments;
  readonly #sessions: OwnedSessions;
  readonly #gate: Gate;

  constructor(environments: Environments, gate: Gate) {
    this.#environments = environments;
    this.#sessions = environments.sessions;
    this.#gate = gate;
  }

  async runCode(request: CodeRequest, context: CallContext, shared?: SharedLean): Promise<ExecutionResult> {
    const environment = this.#environments.find(request.environment);
    return await this.#admit(request, environment, context, (call) => runOnce(call, request, shared));
  }

  async runInSession(request: SessionCodeRequest, context: CallContext): Promise<ExecutionResult> {
    const { sessionId } = request;
    if (sessionId === undefined) return await this.#runInNewSession(request, context);
    const session = await this.#sessions.find(sessionId);
    const environment = this.#environments.ofSession(session, request.environment);
    const result = await this.#admit(request, environment, context, (call) => runIn(session, call, request), session);
    return { session: { sessionId, step: session.steps.length, rebuilt: false }, ...result };
  }

  async #runInNewSession(request: CodeRequest, context: CallContext): Promise<ExecutionResult> {
    const environment = this.#environments.find(request.environment);
    let session: Session | undefined;
    let isKnown = false;
    try {
      const result = await this.#admit(request, environment, context, async (call) => {
        const opened = (session ??= await this.#sessions.open([], environment.name));
        return await opened.takeTurn(() => runIn(opened, call, request));
      });
      isKnown = !context.signal.aborted;
      return result;
    } finally {
      // A handle that never reaches the caller is of no use.
      if (!isKnown && session !== undefined) await this.#sessions.close(session.id);
    }
  }

  /** @param session the one that the call waits for, and whose files it can import */
  async #admit(
    { code, files }: CodeRequest,
    environment: CallEnvironment,
    context: CallContext,
    work: (call: Call) => Promise<ExecutionResult>,
    session?: Session,
  ): Promise<ExecutionResult> {
    const text = { code, files: withFiles(session, files) };
    const gate = session === undefined ? this.#gate : inTurnOf(session, this.#gate);
    const result = await admitCall(text, environment, gate, context, work);
    return { ...noOutput, ...result, ...this.#environments.told(environment) };
  }
}

function runIn(session: Session, call: Call, request: CodeRequest): Promise<ExecutionResult> {
  return call.in(session, (inSession) => runInSession(inSession, request));
}
