import { AppError } from '../core/app-error.ts';
import { newSessionId, type SessionId } from '../core/ids.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import type { SessionStore } from './session-store.ts';
import { Session, type AcceptedStep, type SessionRecord } from './session.ts';

export interface SessionRegistryOptions {
  readonly maxSessions: number;
  /** A session that nobody has called for this long is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
  readonly store: SessionStore;
  readonly logger: Logger;
}

/** The open sessions. Disposing closes all. */
export class SessionRegistry implements AsyncDisposable {
  readonly #options: SessionRegistryOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #listeners = new Set<(id: SessionId) => void>();
  readonly #idleTimers = new Map<SessionId, NodeJS.Timeout>();

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
  }

  /** The open sessions, the oldest first. */
  get all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /**
   * Opens a session.
   *
   * @param steps what it has accepted from the start
   * @throws AppError `session-limit`, `session-not-saved`
   */
  async open(steps: readonly AcceptedStep[] = []): Promise<Session> {
    this.#requireRoom();
    const session = this.#add({ id: newSessionId(), createdAt: new Date(), steps });
    if (steps.length > 0) await this.#options.store.save(session.record);
    return session;
  }

  /** @throws AppError `session-unknown`, `session-limit`, `session-damaged` */
  async find(id: SessionId): Promise<Session> {
    const session = this.#sessions.get(id) ?? (await this.#restore(id));
    if (session === undefined) {
      throw new AppError('session-unknown', `There is no session ${JSON.stringify(id)}.`, {
        hint: 'It was cleaned up, expired after idling, or ended with the server. Call execute-lean-persistent without session_id to start a new one, and send its definitions again.',
      });
    }
    this.#restartIdleTimer(session);
    return session;
  }

  /** Calls the listener with a session's handle when it was opened, changed or closed, until disposed. */
  onChange(listener: (id: SessionId) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Makes these the accepted steps of a session, once they are written down. @throws AppError `session-not-saved` */
  async keep(session: Session, steps: readonly AcceptedStep[]): Promise<void> {
    await this.#options.store.save({ ...session.record, steps });
    session.replaceSteps(steps);
    this.#changed(session.id);
  }

  /** Ends a session for good and destroys its server. @returns the session, if there was one */
  async close(id: SessionId): Promise<Session | undefined> {
    const session = this.#sessions.get(id) ?? (await this.#restore(id));
    await Promise.all([this.#drop(id), this.#options.store.remove(id)]);
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#sessions.keys()].map((id) => this.#drop(id)));
  }

  /** A session that was written down, by this server or one before. */
  async #restore(id: SessionId): Promise<Session | undefined> {
    const record = await this.#options.store.load(id);
    // Two calls may have come at once.
    const present = this.#sessions.get(id);
    if (record === undefined || present !== undefined) return present;
    this.#requireRoom();
    this.#options.logger.info('Found a session that was written down', { sessionId: id, steps: record.steps.length });
    return this.#add(record);
  }

  #add(record: SessionRecord): Session {
    const session = new Session(record);
    this.#sessions.set(session.id, session);
    this.#restartIdleTimer(session);
    this.#changed(session.id);
    return session;
  }

  #changed(id: SessionId): void {
    for (const listener of this.#listeners) listener(id);
  }

  #requireRoom(): void {
    const { maxSessions } = this.#options;
    if (this.#sessions.size < maxSessions) return;
    throw new AppError('session-limit', `${maxSessions} sessions are open, which is the limit (docker.max_sessions).`, {
      hint: 'Close one that you no longer need with cleanup-session, or continue one by its session_id.',
    });
  }

  /** Forgets a session here and destroys its server; what was written down stays. */
  async #drop(id: SessionId): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    clearTimeout(this.#idleTimers.get(id));
    this.#idleTimers.delete(id);
    if (session !== undefined) this.#changed(id);
    await session?.[Symbol.asyncDispose]();
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
    this.#drop(session.id).catch((error: unknown) => {
      logger.warn('An idle session could not be removed', { sessionId: session.id, error: String(error) });
    });
  }
}
