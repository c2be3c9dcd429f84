import { AppError } from '../core/app-error.ts';
import { newSessionId, type SessionId } from '../core/ids.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import type { SessionStore } from './session-store.ts';
import { Session, sessionUnknown, type AcceptedStep, type SessionRecord } from './session.ts';

export interface SessionRegistryOptions {
  readonly maxSessions: number;
  /** A session that nobody has called for this long is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
  readonly store: SessionStore;
  readonly logger: Logger;
}

/** What happened to a session. */
export type SessionChange = 'opened' | 'changed' | 'closed';
export type SessionListener = (id: SessionId, change: SessionChange) => void;

/** The open sessions. Disposing closes all. */
export class SessionRegistry implements AsyncDisposable {
  readonly #options: SessionRegistryOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #listeners = new Set<SessionListener>();
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
    const session = this.#add(new Session({ id: newSessionId(), createdAt: new Date(), steps }));
    try {
      if (steps.length > 0) await this.#options.store.save(session.record);
    } catch (error) {
      await this.#drop(session.id);
      throw error;
    }
    return session;
  }

  /** @throws AppError `session-unknown`, `session-limit`, `session-damaged` */
  async find(id: SessionId): Promise<Session> {
    const session = this.#sessions.get(id) ?? (await this.#restore(id));
    if (session === undefined) throw sessionUnknown(id);
    this.#restartIdleTimer(session);
    return session;
  }

  /** Calls the listener when a session was opened, changed or closed, until disposed. */
  onChange(listener: SessionListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /**
   * Makes these the accepted steps of a session, once they are written down.
   *
   * @throws AppError `session-not-saved`; `session-unknown` when it was closed meanwhile
   */
  async keep(session: Session, steps: readonly AcceptedStep[]): Promise<void> {
    session.requireOpen();
    await this.#options.store.save({ ...session.record, steps });
    if (session.isEnded) {
      // Its file may have been removed before this writing made it again.
      await this.#options.store.remove(session.id);
      throw sessionUnknown(session.id);
    }
    session.replaceSteps(steps);
    this.#changed(session.id, 'changed');
  }

  /**
   * Ends a session for good and destroys its server.
   *
   * @returns what it was, if there was one
   * @throws AppError `session-damaged`, `session-not-saved`
   */
  async close(id: SessionId): Promise<SessionRecord | undefined> {
    const session = this.#sessions.get(id);
    session?.end();
    const record = session?.record ?? (await this.#options.store.load(id));
    await Promise.all([this.#drop(id), this.#options.store.remove(id)]);
    return record;
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
    return this.#add(new Session(record, true));
  }

  #add(session: Session): Session {
    this.#sessions.set(session.id, session);
    this.#restartIdleTimer(session);
    this.#changed(session.id, 'opened');
    return session;
  }

  #changed(id: SessionId, change: SessionChange): void {
    for (const listener of this.#listeners) listener(id, change);
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
    if (session !== undefined) this.#changed(id, 'closed');
    await session?.[Symbol.asyncDispose]();
  }

  #restartIdleTimer(session: Session, delayMs = this.#options.idleTimeoutMs): void {
    clearTimeout(this.#idleTimers.get(session.id));
    const timer = setTimeout(() => {
      this.#onIdle(session);
    }, delayMs);
    timer.unref();
    this.#idleTimers.set(session.id, timer);
  }

  #onIdle(session: Session): void {
    // The time counts from the end of the last call, which the timer does not hear.
    const { logger, idleTimeoutMs } = this.#options;
    const idleMs = session.isBusy ? 0 : Math.max(0, Date.now() - session.lastUsedAt.getTime());
    if (idleMs < idleTimeoutMs) {
      this.#restartIdleTimer(session, idleTimeoutMs - idleMs);
      return;
    }
    logger.info('Closing an idle session', { sessionId: session.id, idleSeconds: idleTimeoutMs / 1000 });
    this.#drop(session.id).catch((error: unknown) => {
      logger.warn('An idle session could not be removed', { sessionId: session.id, error: String(error) });
    });
  }
}
