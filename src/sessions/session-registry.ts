import { AppError } from '../core/app-error.ts';
import { newSessionId, type SessionId } from '../core/ids.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { Session } from './session.ts';

export interface SessionRegistryOptions {
  readonly maxSessions: number;
  /** A session that nobody has called for this long is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
  readonly logger: Logger;
}

/** The open sessions. Disposing closes all. */
export class SessionRegistry implements AsyncDisposable {
  readonly #options: SessionRegistryOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #idleTimers = new Map<SessionId, NodeJS.Timeout>();

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
  }

  /** @throws AppError `session-limit` */
  open(): Session {
    const { maxSessions } = this.#options;
    if (this.#sessions.size >= maxSessions) {
      throw new AppError(
        'session-limit',
        `${maxSessions} sessions are open, which is the limit (docker.max_sessions).`,
        {
          hint: 'Close one that you no longer need with cleanup-session, or continue one by its session_id.',
        },
      );
    }
    const session = new Session(newSessionId());
    this.#sessions.set(session.id, session);
    this.#restartIdleTimer(session);
    return session;
  }

  /** @throws AppError `session-unknown` */
  find(id: SessionId): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) {
      throw new AppError('session-unknown', `There is no session ${JSON.stringify(id)}.`, {
        hint: 'It was cleaned up, expired after idling, or ended with the server. Call execute-lean-persistent without session_id to start a new one, and send its definitions again.',
      });
    }
    this.#restartIdleTimer(session);
    return session;
  }

  /** Forgets a session and destroys its server. @returns the session, if there was one */
  async close(id: SessionId): Promise<Session | undefined> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    clearTimeout(this.#idleTimers.get(id));
    this.#idleTimers.delete(id);
    await session?.[Symbol.asyncDispose]();
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#sessions.keys()].map((id) => this.close(id)));
  }

  #restartIdleTimer(session: Session): void {
    clearTimeout(this.#idleTimers.get(session.id));
    const timer = setTimeout(() => {
      this.#onIdle(session);
    }, this.#options.idleTimeoutMs);
    timer.unref();
    this.#idleTimers.set(session.id, timer);
  }

  #onIdle(session: Session): void {
    if (session.isBusy) {
      this.#restartIdleTimer(session);
      return;
    }
    const { logger, idleTimeoutMs } = this.#options;
    logger.info('Closing an idle session', { sessionId: session.id, idleSeconds: idleTimeoutMs / 1000 });
    this.close(session.id).catch((error: unknown) => {
      logger.warn('An idle session could not be removed', { sessionId: session.id, error: String(error) });
    });
  }
}
