/* Calls of execute-lean-persistent. */
import type fc from 'fast-check';
import { expect } from 'vitest';
import { programText } from '../../e2e/support/programs.ts';
import type { CallPlan, PlannedCall } from './calls.ts';
import { ModelSession, type SessionModel } from './model.ts';
import type { RealSessions } from './real-sessions.ts';

type Command = fc.AsyncCommand<SessionModel, RealSessions>;

/** One call, in a session that is there or in a new one. */
export class Call implements Command {
  readonly #session: number;
  readonly #plan: CallPlan;
  #call: PlannedCall | undefined;

  constructor(session: number, plan: CallPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  check(): boolean {
    return true;
  }

  async run(model: SessionModel, { server }: RealSessions): Promise<void> {
    const known = model.pick(this.#session);
    const call = this.#plan(known ?? new ModelSession('', []), model.freshName());
    this.#call = call;
    const { code, timeout, accepted, outcome } = call;
    if (known === undefined && outcome === 'import-refused') return;
    const result = await server.step({ code, ...(timeout !== undefined && { timeout }) }, known?.id);
    const session = known ?? model.add(result.session_id);
    if (accepted !== undefined) session.accept(accepted);
    expect(result).toMatchObject({
      outcome,
      status: accepted === undefined ? 'error' : 'success',
      session_id: session.id,
      step: session.steps.length,
    });
  }

  toString(): string {
    return `call(${this.#session}, ${JSON.stringify(this.#call)})`;
  }
}

/** A call that the client gives up while Lean works on it. */
export class CancelledCall implements Command {
  readonly #session: number;

  constructor(session: number) {
    this.#session = session;
  }

  check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 0;
  }

  async run(model: SessionModel, { server }: RealSessions): Promise<void> {
    const { id } = model.pickOpen(this.#session);
    const controller = new AbortController();
    const call = server.call(
      'execute-lean-persistent',
      { code: programText('eval-spin'), session_id: id },
      {
        signal: controller.signal,
        onprogress: () => {
          controller.abort(new Error('enough'));
        },
      },
    );
    await expect(call).rejects.toThrow('enough');
  }

  toString(): string {
    return `cancelledCall(${this.#session})`;
  }
}

/** Several calls in one session at once. */
export class ConcurrentCalls implements Command {
  readonly #session: number;

  constructor(session: number) {
    this.#session = session;
  }

  check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 0;
  }

  async run(model: SessionModel, { server }: RealSessions): Promise<void> {
    const session = model.pickOpen(this.#session);
    const calls = Array.from({ length: 3 }, async () => {
      const name = model.freshName();
      const kept = `def ${name} : Nat := 1\n`;
      const { step, status } = await server.step(kept, session.id);
      expect(status).toBe('success');
      return { step, kept, names: [name] };
    });
    const before = session.steps.length;
    const accepted = (await Promise.all(calls)).sort((a, b) => a.step - b.step);
    expect(accepted.map(({ step }) => step)).toEqual(accepted.map((_, index) => before + index + 1));
    for (const { kept, names } of accepted) session.accept({ kept, names });
  }

  toString(): string {
    return `concurrentCalls(${this.#session})`;
  }
}
