/* What happens to sessions as a whole. */
import type fc from 'fast-check';
import { expect } from 'vitest';
import type { SessionModel } from './model.ts';
import type { RealSessions } from './real-sessions.ts';

type Command = fc.AsyncCommand<SessionModel, RealSessions>;

abstract class SessionCommand implements Command {
  protected readonly session: number;
  protected readonly at: number;

  constructor(session: number, at = 0) {
    this.session = session;
    this.at = at;
  }

  check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 0;
  }

  abstract run(model: SessionModel, real: RealSessions): Promise<void>;

  toString(): string {
    return `${this.constructor.name}(${this.session}, ${this.at})`;
  }
}

/** Goes back, sometimes to a step that is not there. */
export class Rewind extends SessionCommand {
  async run(model: SessionModel, { server }: RealSessions): Promise<void> {
    const session = model.pickOpen(this.session);
    const step = this.at % (session.steps.length + 2);
    if (step > session.steps.length) {
      expect(await server.refusal('rewind-session', { session_id: session.id, step })).toContain(`step is ${step}`);
      return;
    }
    const { structuredContent } = await server.call('rewind-session', { session_id: session.id, step });
    session.rewind(step);
    expect(structuredContent).toMatchObject({ session_id: session.id, step });
  }
}

/** Opens a session with the first steps of another one. */
export class Fork extends SessionCommand {
  override check(model: Readonly<SessionModel>): boolean {
    return super.check(model) && !model.isFull;
  }

  async run(model: SessionModel, { server }: RealSessions): Promise<void> {
    const { id, steps } = model.pickOpen(this.session);
    const step = this.at % (steps.length + 1);
    const { structuredContent } = await server.call('fork-session', { session_id: id, step });
    const fork = structuredContent as { session_id: string; step: number; live: boolean };
    expect(fork).toMatchObject({ step, live: false });
    model.add(fork.session_id, steps.slice(0, step));
  }
}

/** Ends a session for good. */
export class Cleanup extends SessionCommand {
  override check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 1;
  }

  async run(model: SessionModel, { server }: RealSessions): Promise<void> {
    const { id, steps } = model.pickOpen(this.session);
    const { structuredContent } = await server.call('cleanup-session', { session_id: id });
    expect(structuredContent).toMatchObject({ status: 'success', steps: steps.length });
    model.drop((session) => session.id === id);
    expect(await server.refusal('describe-session', { session_id: id })).toContain(`There is no session "${id}"`);
  }
}

/** The containers of all sessions go. */
export class KillContainers implements Command {
  check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 0;
  }

  async run(_model: SessionModel, real: RealSessions): Promise<void> {
    await real.killContainers();
  }

  toString(): string {
    return 'killContainers';
  }
}

/** The program ends and is started again; sessions that have accepted something are found again. */
export class Restart implements Command {
  readonly #how: 'ended' | 'killed';

  constructor(how: 'ended' | 'killed') {
    this.#how = how;
  }

  check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 0;
  }

  async run(model: SessionModel, real: RealSessions): Promise<void> {
    await real.restart(this.#how, model.sessions[0]?.id);
    for (const { id, isKept } of model.sessions) {
      if (!isKept) expect(await real.server.refusal('describe-session', { session_id: id })).toContain('no session');
    }
    model.drop(({ isKept }) => !isKept);
  }

  toString(): string {
    return `restart(${this.#how})`;
  }
}
