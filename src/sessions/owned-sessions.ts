import type { Principal, SessionId } from '../core/ids.ts';
import type { AcceptedStep, Session, SessionRecord } from './session.ts';

/** What happened to a session. */
export type SessionChange = 'opened' | 'changed' | 'closed';
export type SessionListener = (id: SessionId, change: SessionChange) => void;

/** Who has sessions, and how many. */
export interface SessionOwner {
  readonly principal: Principal;
  /** Sessions that it may have open; absent: as many as there may be in all. */
  readonly maxSessions?: number | undefined;
}

/** The sessions of one principal. Those of others do not exist here: their ids are as unknown as any other text. */
export interface OwnedSessions {
  /** The open sessions, the oldest first. */
  readonly all: readonly Session[];

  /**
   * Opens a session.
   *
   * @param steps what it has accepted from the start
   * @param environment where all its calls run; absent: in the only one
   * @throws AppError `session-limit`, `session-not-saved`
   */
  open(steps?: readonly AcceptedStep[], environment?: string): Promise<Session>;

  /** @throws AppError `session-unknown`, `session-limit`, `session-damaged` */
  find(id: SessionId): Promise<Session>;

  /**
   * Makes these the accepted steps of a session, once they are written down.
   *
   * @throws AppError `session-not-saved`; `session-unknown` when it was closed meanwhile
   */
  keep(session: Session, steps: readonly AcceptedStep[]): Promise<void>;

  /**
   * Ends a session for good and destroys its server.
   *
   * @returns what it was, if there was one
   * @throws AppError `session-damaged`, `session-not-saved`
   */
  close(id: SessionId): Promise<SessionRecord | undefined>;

  /** Calls the listener when a session was opened, changed or closed, until disposed. */
  onChange(listener: SessionListener): Disposable;
}
