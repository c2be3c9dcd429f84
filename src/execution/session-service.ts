/*
 * The second contract for fronts: sessions as things with a history. Running code in them is part of the execution service.
 */
import type { Bytes } from '../core/bytes.ts';
import type { SessionId } from '../core/ids.ts';
import type { ProjectFiles } from '../projects/project.ts';

/** What happened to a session. */
export type SessionChange = 'opened' | 'changed' | 'closed';

/** A session in a few words. */
export interface SessionOverview {
  readonly sessionId: SessionId;
  /** Where its calls run; absent: in the only environment, which has no name. */
  readonly environment?: string;
  readonly steps: number;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** Whether it has a Lean server now; without one, the next call replays its text in a new one. */
  readonly hasServer: boolean;
}

/** A session with its history. */
export interface SessionDescription extends SessionOverview {
  /** Memory that its sandbox uses now; absent when it has none or the engine does not say. */
  readonly memory?: Bytes;
  readonly history: readonly {
    /** From 1. */
    readonly step: number;
    readonly names: readonly string[];
    readonly acceptedAt: Date;
    /** What was kept of its code, with the imports that it added. */
    readonly code: string;
    /** Files that it brought or changed. */
    readonly files: ProjectFiles;
  }[];
}

/** What became of a session that its owner no longer wants. */
export interface ClosedSession {
  readonly sessionId: SessionId;
  readonly steps: number;
}

/** Sessions as things with a history. Every method that takes a handle, `close` excepted, throws AppError `session-unknown`. */
export interface SessionService {
  list(): Promise<readonly SessionOverview[]>;
  describe(sessionId: SessionId): Promise<SessionDescription>;
  /** The whole accepted text, as a file that `lean` accepts. */
  source(sessionId: SessionId): Promise<string>;
  /** Goes back to where the session had accepted this many calls. @throws AppError `usage` when it has not so many */
  rewind(sessionId: SessionId, step: number): Promise<SessionOverview>;
  /** Opens a session with the first steps of another; all of them unless `step` says otherwise. @throws AppError `usage`, `session-limit` */
  fork(sessionId: SessionId, step?: number): Promise<SessionOverview>;
  /** Ends a session and removes its sandbox. @returns `undefined` when there is no such session */
  close(sessionId: SessionId): Promise<ClosedSession | undefined>;
  /** Calls the listener when a session was opened, its text has changed, or it was closed, until disposed. */
  onChange(listener: (sessionId: SessionId, change: SessionChange) => void): Disposable;
}
