import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { localPrincipal, newSessionId, type Principal, type SessionId } from '../core/ids.ts';
import { silentTelemetry, type Logger, type SessionEnd, type Telemetry } from '../telemetry/telemetry.ts';
import type { OwnedSessions, SessionChange, SessionListener, SessionOwner } from './owned-sessions.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import { Session, sessionUnknown, type AcceptedStep, type SessionRecord } from './session.ts';

export interface SessionRegistryOptions {
  readonly maxSessions: number;
  /** A session that nobody has called for this long is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
  readonly store: SessionStore;
  readonly logger: Logger;
  readonly telemetry?: Telemetry;
}

/** The open sessions of everybody; each principal sees its own through {@link of}. Disposing closes all. */
export class SessionRegistry implements AsyncDisposable {
  readonly #options: SessionRegistryOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #listeners = new Set<{ readonly owner: Principal; readonly listener: SessionListener }>();
  readonly #idleTimers = new Map<SessionId, NodeJS.Timeout>();

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
  }

  /** How many are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Destroys the servers of sessions in which no call runs or waits. The text stays, and the next call of a session has a new
   * server elaborate it.
   */
  rest(): void {
    for (const session of this.#sessions.values()) {
      if (!session.isBusy) session.rest();
    }
  }

  /** The sessions as their owner sees them. */
  of(owner: SessionOwner): OwnedSessions {
    const allOf = (): readonly Session[] => this.#allOf(owner.principal);
    return {
      get all() {
        return allOf();
      },
      open: (steps = [], environment) => this.#open(owner, steps, environment),
      find: (id) => this.#find(owner, id),
      keep: (session, steps) => this.#keep(session, steps),
      close: (id) => this.#close(owner, id),
      onChange: (listener) => this.#onChange(owner, listener),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#sessions.keys()].map((id) => this.#drop(id, 'shutdown')));
  }

  #allOf(principal: Principal): readonly Session[] {
    return [...this.#sessions.values()].filter(({ owner }) => owner === principal);
  }

  async #open(owner: SessionOwner, steps: readonly AcceptedStep[], environment: string | undefined): Promise<Session> {
    this.#requireRoom(owner);
    const id = newSessionId();
    // Copies: the store knows by a step up to where this session's file is written.
    const own = steps.map((step) => ({ ...step }));
    const record = { id, owner: owner.principal, environment, createdAt: new Date(), steps: own };
    const session = this.#add(new Session(record, { refresh: this.#refresh }));
    const { store } = this.#options;
    try {
      if (steps.length > 0 || store.isShared) session.replaceSteps(own, await store.save(record, undefined));
    } catch (error) {
      await this.#drop(session.id, 'not-saved');
      throw error;
    }
    return session;
  }

  async #find(owner: SessionOwner, id: SessionId): Promise<Session> {
    const present = this.#sessions.get(id);
    // Of a session that is busy its turns find out.
    if (present?.owner === owner.principal && !present.isBusy) await this.#refresh(present);
    const session = present ?? (await this.#restore(owner, id));
    if (session?.owner !== owner.principal) throw sessionUnknown(id);
    this.#restartIdleTimer(session);
    return session;
  }

  /**
   * Makes of a session what it is by now, if another server has changed it; the Lean that has its text is then of no use.
   *
   * @throws AppError `session-unknown` when another server has ended it
   */
  readonly #refresh = async (session: Session): Promise<void> => {
    const { store } = this.#options;
    const { id, revision: known } = session;
    const isSame = async (): Promise<boolean> => session.revision !== known || (await store.revision(id)) === known;
    if (known === undefined || (await isSame())) return;
    const stored = await store.load(id);
    // A turn that began meanwhile was faster.
    if (session.revision !== known) return;
    if (stored === undefined) {
      session.end();
      await this.#drop(id, 'closed');
      throw sessionUnknown(id);
    }
    session.dropServer();
    session.replaceSteps(stored.record.steps, stored.revision);
    this.#changed(session, 'changed');
  };

  #onChange({ principal }: SessionOwner, listener: SessionListener): Disposable {
    const entry = { owner: principal, listener };
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => this.#listeners.delete(entry) };
  }

  async #keep(session: Session, steps: readonly AcceptedStep[]): Promise<void> {
    session.requireOpen();
    const saving = this.#options.store.save({ ...session.record, steps }, session.revision);
    const revision = await saving.catch((error: unknown) => {
      throw session.isEnded ? sessionUnknown(session.id) : error;
    });
    if (session.isEnded) {
      // Its file may have been removed before this writing made it again.
      await this.#options.store.remove(session.id);
      throw sessionUnknown(session.id);
    }
    session.replaceSteps(steps, revision);
    this.#changed(session, 'changed');
  }

  async #close(owner: SessionOwner, id: SessionId): Promise<SessionRecord | undefined> {
    const session = this.#sessions.get(id);
    const record = session?.record ?? (await this.#load(owner, id))?.record;
    if (record?.owner !== owner.principal) return undefined;
    session?.end();
    await Promise.all([this.#drop(id, 'closed'), this.#options.store.remove(id)]);
    return record;
  }

  /** A session that was written down, by this server or one before. */
  async #restore(owner: SessionOwner, id: SessionId): Promise<Session | undefined> {
    const stored = await this.#load(owner, id);
    // Two calls may have come at once.
    const present = this.#sessions.get(id);
    if (stored === undefined || present !== undefined) return present;
    const { record, revision } = stored;
    // Not even a limit may tell that there is something.
    if (record.owner !== owner.principal) return undefined;
    this.#requireRoom(owner);
    this.#options.logger.info('Found a session that was written down', { sessionId: id, steps: record.steps.length });
    return this.#add(new Session(record, { hadServer: true, revision, refresh: this.#refresh }));
  }

  /**
   * Whose session a damaged file was nobody can know, so what is wrong with it is told only to the person whose machine it
   * is; others are told what they are told of any id that is not theirs.
   */
  async #load({ principal }: SessionOwner, id: SessionId): Promise<StoredSession | undefined> {
    try {
      return await this.#options.store.load(id);
    } catch (error) {
      const isDamaged = error instanceof AppError && error.code === 'session-damaged';
      if (!isDamaged || principal === localPrincipal) throw error;
      this.#options.logger.warn('A session was asked for whose file is damaged', {
        sessionId: id,
        error: error.message,
      });
      return undefined;
    }
  }

  #add(session: Session): Session {
    this.#sessions.set(session.id, session);
    this.#restartIdleTimer(session);
    this.#changed(session, 'opened');
    return session;
  }

  #changed({ id, owner: principal }: Session, change: SessionChange): void {
    for (const { owner, listener } of this.#listeners) {
      if (owner === principal) listener(id, change);
    }
  }

  #requireRoom({ principal, maxSessions: ownLimit = Infinity }: SessionOwner): void {
    const { maxSessions } = this.#options;
    if (this.#allOf(principal).length >= ownLimit) {
      throw new AppError(
        failures['session-limit'].tooManyOpen,
        `You have ${ownLimit} sessions open, which is the limit (http.max_sessions).`,
      );
    }
    if (this.#sessions.size < maxSessions) return;
    throw new AppError(
      failures['session-limit'].tooManyOpen,
      `${maxSessions} sessions are open, which is the limit (docker.max_sessions).`,
    );
  }

  /** Forgets a session here and destroys its server; what was written down stays. */
  async #drop(id: SessionId, reason: SessionEnd): Promise<void> {
    const session = this.#sessions.get(id);
    if (session !== undefined) (this.#options.telemetry ?? silentTelemetry).emit({ kind: 'session-closed', reason });
    this.#sessions.delete(id);
    clearTimeout(this.#idleTimers.get(id));
    this.#idleTimers.delete(id);
    if (session !== undefined) this.#changed(session, 'closed');
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
    const { idleMs } = session;
    if (idleMs < idleTimeoutMs) {
      this.#restartIdleTimer(session, idleTimeoutMs - idleMs);
      return;
    }
    logger.info('Closing an idle session', { sessionId: session.id, idleSeconds: idleTimeoutMs / 1000 });
    this.#drop(session.id, 'idle').catch((error: unknown) => {
      logger.warn('An idle session could not be removed', { sessionId: session.id, error: String(error) });
    });
  }
}
