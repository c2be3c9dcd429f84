import type { SessionId } from '../core/ids.ts';
import type { OwnedSessions, SessionListener } from '../sessions/owned-sessions.ts';
import { documentText } from '../sessions/session-source.ts';
import type { Session } from '../sessions/session.ts';
import type { ClosedSession, SessionDescription, SessionOverview, SessionService } from './session-service.ts';

/** The sessions of this process. */
export class LocalSessionService implements SessionService {
  readonly #sessions: OwnedSessions;

  constructor(sessions: OwnedSessions) {
    this.#sessions = sessions;
  }

  list(): Promise<readonly SessionOverview[]> {
    return Promise.resolve(this.#sessions.all.map(overview));
  }

  async describe(sessionId: SessionId): Promise<SessionDescription> {
    const session = await this.#sessions.find(sessionId);
    const memory = await session.server?.lean.thing.memoryUsage();
    return {
      ...overview(session),
      ...(memory !== undefined && { memory }),
      history: session.steps.map(({ names, acceptedAt, header, code, files }, index, steps) => ({
        step: index + 1,
        names,
        acceptedAt,
        // Imports stand in the header of the text, where those of later steps come behind those of earlier ones.
        code: header.slice(steps[index - 1]?.header.length ?? 0).trimStart() + code,
        files: files ?? new Map(),
      })),
    };
  }

  async source(sessionId: SessionId): Promise<string> {
    const session = await this.#sessions.find(sessionId);
    return documentText(session.source);
  }

  async rewind(sessionId: SessionId, step: number): Promise<SessionOverview> {
    const session = await this.#sessions.find(sessionId);
    await session.takeTurn(() => this.#sessions.keep(session, session.firstSteps(step)));
    return overview(session);
  }

  async fork(sessionId: SessionId, step?: number): Promise<SessionOverview> {
    const session = await this.#sessions.find(sessionId);
    const fork = await session.takeTurn(() =>
      this.#sessions.open(session.firstSteps(step ?? session.steps.length), session.environment),
    );
    return overview(fork);
  }

  async close(sessionId: SessionId): Promise<ClosedSession | undefined> {
    const closed = await this.#sessions.close(sessionId);
    return closed && { sessionId, steps: closed.steps.length };
  }

  onChange(listener: SessionListener): Disposable {
    return this.#sessions.onChange(listener);
  }
}

function overview(session: Session): SessionOverview {
  return {
    sessionId: session.id,
    ...(session.environment !== undefined && { environment: session.environment }),
    steps: session.steps.length,
    createdAt: session.createdAt,
    lastUsedAt: session.lastUsedAt,
    hasServer: session.server !== undefined,
  };
}
