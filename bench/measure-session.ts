import type { ToolCaller } from './tool-caller.ts';

/** A definition that uses the one before it, and its value. */
function step(number: number): string {
  const value = number === 0 ? '1' : `value${number - 1} + 1`;
  return `def value${number} : Nat := ${value}\n#eval value${number}\n`;
}

/** Steps after which a session is as large as sessions usually get; they are not measured. */
const stepsBefore = 10;

/** A session that grows, one call after another. */
export class SessionTimes {
  readonly #server: ToolCaller;
  readonly appends: number[] = [];
  /** Of appends, what the caller waits for beside Lean. */
  readonly beside: number[] = [];
  readonly rewinds: number[] = [];
  #sessionId: string | undefined;
  #steps = 0;

  constructor(server: ToolCaller) {
    this.#server = server;
  }

  /** How many steps the session has. */
  get steps(): number {
    return this.#steps;
  }

  /** Appends some steps. Makes the session first when there is none. */
  async measure(count: number): Promise<void> {
    while (this.#steps < stepsBefore) await this.#append();
    for (let done = 0; done < count; done += 1) {
      const { milliseconds, elaborate } = await this.#append();
      this.appends.push(milliseconds);
      this.beside.push(milliseconds - elaborate);
    }
    this.rewinds.push(await this.#rewind());
  }

  async close(): Promise<void> {
    if (this.#sessionId !== undefined) await this.#server.call('cleanup-session', { session_id: this.#sessionId });
  }

  async #rewind(): Promise<number> {
    const to = { session_id: this.#sessionId, step: this.#steps - 1 };
    const { milliseconds } = await this.#server.call('rewind-session', to);
    this.#steps -= 1;
    return milliseconds;
  }

  async #append(): Promise<{ readonly milliseconds: number; readonly elaborate: number }> {
    const session = this.#sessionId === undefined ? {} : { session_id: this.#sessionId };
    const { milliseconds, result } = await this.#server.call('execute-lean-persistent', {
      code: step(this.#steps),
      ...session,
    });
    this.#sessionId = result.session_id;
    this.#steps += 1;
    return { milliseconds, elaborate: result.timings_ms.elaborate };
  }
}
