import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { SessionId } from '../core/ids.ts';
import type { Revision } from './revision.ts';
import type { SessionRecord } from './session.ts';

/** A session as it was written down. */
export interface StoredSession {
  readonly record: SessionRecord;
  readonly revision: Revision;
}

/** Keeps sessions across restarts of the program; several servers may have the same store. */
export interface SessionStore {
  /** Whether other servers may ask for a session at any time, so that each is written down from its beginning. */
  readonly isShared: boolean;
  /**
   * Writes a session down, unless somebody else has done so since; it is safe when this resolves.
   *
   * @param known as it was when it was last seen here; `undefined` when it was not written down
   * @returns as it is now; `undefined` where nothing is kept
   * @throws AppError `session-changed`, `session-not-saved`
   */
  save(record: SessionRecord, known: Revision | undefined): Promise<Revision | undefined>;
  /** A session that was written down and is whole; `undefined` when there is none. @throws AppError `session-damaged` */
  load(id: SessionId): Promise<StoredSession | undefined>;
  /** As a session is now; `undefined` when there is none. @throws AppError */
  revision(id: SessionId): Promise<Revision | undefined>;
  remove(id: SessionId): Promise<void>;
}

/** Keeps nothing. */
export const noSessionStore: SessionStore = {
  isShared: false,
  save: () => Promise.resolve(undefined),
  load: () => Promise.resolve(undefined),
  revision: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
};

/** What a server is told that was not the first to change a session. */
export function sessionChanged(id: SessionId): AppError {
  return new AppError(
    failures['session-changed'].changedByOtherServer,
    `Session ${id} was changed by a call at another server meanwhile.`,
  );
}
