import type { BenchProgram } from './bench-program.ts';
import { pause } from './pause.ts';
import type { MeasuredCall, ToolCaller } from './tool-caller.ts';
import { WarmCalls } from './warm-calls.ts';

const statement = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  ';
const gap = 'exact sorry';
const warmUpCalls = 5;
/** A pause after a cold call is so many of it long: another such sandbox is made meanwhile. */
const pauseFactor = 3;
const tactics = ['exact h', 'constructor', 'exact ⟨h.right, h.left⟩', 'exact sorry'];

/** The same attempts at one goal: in one call of try-tactics, and each in a call of execute-lean that finds a sandbox ready. */
export class AttemptTimes {
  readonly #server: ToolCaller;
  readonly #warmCalls: WarmCalls;
  readonly together: number[] = [];
  readonly oneByOne: number[] = [];

  constructor(server: ToolCaller) {
    this.#server = server;
    this.#warmCalls = new WarmCalls(server);
  }

  /** How many attempts there are. */
  get count(): number {
    return tactics.length;
  }

  /** @param before what stands before the statement */
  async measure(before: BenchProgram): Promise<void> {
    const text = textWith(before);
    const call = await this.#warm(before);
    if (call !== undefined) this.together.push(call.milliseconds);
    let sum = 0;
    for (const tactic of tactics) {
      const alone = await this.#warmCalls.call({ ...before, code: `${text}${tactic}\n` });
      if (alone === undefined) return;
      sum += alone.milliseconds;
    }
    this.oneByOne.push(sum);
  }

  /** What answers about places is kept ready only once somebody has asked. @returns `undefined` when no call was warm */
  async #warm(before: BenchProgram): Promise<MeasuredCall | undefined> {
    const code = `${textWith(before)}${gap}\n`;
    for (let calls = 0; calls < warmUpCalls; calls += 1) {
      const call = await this.#server.call('try-tactics', { code, sorry: 1, attempts: tactics });
      if (call.result.timings_ms.cold_start !== true) return call;
      await pause(call.milliseconds * pauseFactor);
    }
    return undefined;
  }
}

function textWith(before: BenchProgram): string {
  return `${before.code}\n\n${statement}`;
}
