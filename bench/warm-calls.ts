/*
 * Calls that find a sandbox ready. From outside one sees afterwards whether that was so: a result says when it was a cold
 * start. So a pause follows each call, long enough to make the sandbox that it used up once more; how long that takes is
 * what the first, cold calls took. A call that was cold all the same is counted and not measured, and pauses get longer.
 */
import { AppError } from '../src/core/app-error.ts';
import type { StructuredResult } from '../src/report/structured-result.ts';
import { headerOf, patienceS, type BenchProgram } from './bench-program.ts';
import type { MeasuredCall, ToolCaller } from './tool-caller.ts';
import { pause } from './pause.ts';

const shortestPauseMs = 300;
const maxPauseMs = 20_000;
/** A pause is this many cold calls long: a call may use up two sandboxes, and others use the machine too. */
const pauseFactor = 3;
const warmUpCalls = 10;
/** Taking a ready sandbox takes no time; a call that took longer waited for one to be made, be it for its program. */
const readySandboxMs = 25;

export class WarmCalls {
  readonly #server: ToolCaller;
  /** Pauses by header. */
  readonly #pauses = new Map<string, number>();
  /** What the callers of warm calls waited for beside Lean, in milliseconds. */
  readonly overheads: number[] = [];
  #discarded = 0;

  constructor(server: ToolCaller) {
    this.#server = server;
  }

  /** Calls that were cold after warming up. */
  get discarded(): number {
    return this.#discarded;
  }

  /** Calls until a call is warm. @throws AppError when none is */
  async warmUp(program: BenchProgram): Promise<void> {
    for (let calls = 0; calls < warmUpCalls; calls += 1) {
      const { milliseconds, result } = await this.#call(program);
      const isCold = wasCold(result);
      if (isCold) this.#lengthen(program, milliseconds);
      await this.#pause(program);
      if (!isCold) return;
    }
    throw new AppError(
      {
        code: 'internal',
        hint: 'Look into the log above for what the pool could not make, and check lean.warm_headers.',
      },
      `No sandbox was ready for ${program.name} in ${warmUpCalls} calls.`,
    );
  }

  /** @returns `undefined` when no sandbox was ready */
  async call(program: BenchProgram): Promise<MeasuredCall | undefined> {
    const call = await this.#call(program);
    const { elaborate, run } = call.result.timings_ms;
    const isCold = wasCold(call.result);
    if (isCold) {
      this.#discarded += 1;
      this.#lengthen(program, call.milliseconds);
    } else {
      // A program runs while its text is elaborated.
      this.overheads.push(call.milliseconds - Math.max(elaborate, run));
    }
    await this.#pause(program);
    return isCold ? undefined : call;
  }

  #call({ code }: BenchProgram): Promise<MeasuredCall> {
    return this.#server.call('execute-lean', { code, timeout: patienceS });
  }

  #lengthen(program: BenchProgram, coldMs: number): void {
    const before = this.#pauses.get(headerOf(program)) ?? shortestPauseMs;
    this.#pauses.set(headerOf(program), Math.min(maxPauseMs, Math.max(before * 1.5, coldMs * pauseFactor)));
  }

  async #pause(program: BenchProgram): Promise<void> {
    await pause(this.#pauses.get(headerOf(program)) ?? shortestPauseMs);
  }
}

function wasCold({ timings_ms: { cold_start: coldStart, sandbox } }: StructuredResult): boolean {
  return coldStart === true || sandbox > readySandboxMs;
}
