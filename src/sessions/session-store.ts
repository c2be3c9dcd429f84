import type { SessionId } from '../core/ids.ts';
import type { SessionRecord } from './session.ts';

/** Keeps sessions across restarts of the program. */
export interface SessionStore {
  /** Writes a session down; it is safe when this resolves. @throws AppError `session-not-saved` */
  save(record: SessionRecord): Promise<void>;
  /** A session that was written down and is whole; `undefined` when there is none. @throws AppError `session-damaged` */
  load(id: SessionId): Promise<SessionRecord | undefined>;
  remove(id: SessionId): Promise<void>;
}

/** Keeps nothing. */
export const noSessionStore: SessionStore = {
  save: () => Promise.resolve(),
  load: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
};
