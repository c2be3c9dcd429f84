import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BenchProgram } from './bench-program.ts';
import type { MeasuredCall, ToolCaller } from './tool-caller.ts';
import { WarmCalls } from './warm-calls.ts';

const program: BenchProgram = { name: 'small/one', kind: 'small', code: '#eval 1\n' };

interface Answer {
  readonly milliseconds: number;
  readonly elaborate: number;
  readonly run?: number;
  readonly sandbox?: number;
  readonly cold?: boolean;
}

/** A server that gives these answers one after another, and notes when it was called. */
function answering(...answers: Answer[]): ToolCaller & { readonly calledAt: number[] } {
  const calledAt: number[] = [];
  return {
    calledAt,
    call: (): Promise<MeasuredCall> => {
      calledAt.push(Date.now());
      const {
        milliseconds,
        elaborate,
        run = 0,
        sandbox = 0,
        cold = false,
      } = answers.shift() ?? { milliseconds: 1, elaborate: 1 };
      const timings = { queue: 0, sandbox, elaborate, run, total: milliseconds, ...(cold && { cold_start: true }) };
      return Promise.resolve({
        milliseconds,
        result: { status: 'success', outcome: 'completed', timings_ms: timings },
      });
    },
  };
}

async function finished<Value>(work: Promise<Value>): Promise<Value> {
  await vi.runAllTimersAsync();
  return await work;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('warming up ends with the first call that found a sandbox ready', async () => {
  const server = answering(
    { milliseconds: 400, elaborate: 80, cold: true },
    { milliseconds: 390, elaborate: 80, cold: true },
    { milliseconds: 20, elaborate: 15 },
  );
  const calls = new WarmCalls(server);
  await finished(calls.warmUp(program));
  expect(server.calledAt).toHaveLength(3);
  expect(calls.overheads).toEqual([]);
});

it('pauses after a call for longer than the making of two sandboxes took', async () => {
  const server = answering({ milliseconds: 400, elaborate: 80, cold: true });
  const calls = new WarmCalls(server);
  await finished(calls.warmUp(program));
  await finished(calls.call(program));
  await finished(calls.call(program));
  const [, , first = 0, second = 0] = server.calledAt;
  expect(second - first).toBeGreaterThan(800);
});

it('gives up when no sandbox ever is ready', async () => {
  const cold = Array.from({ length: 20 }, () => ({ milliseconds: 400, elaborate: 80, cold: true }));
  const warmingUp = new WarmCalls(answering(...cold)).warmUp(program);
  const expectation = expect(warmingUp).rejects.toThrow('small/one');
  await vi.runAllTimersAsync();
  await expectation;
});

it.each([
  { what: 'starts Lean', answer: { milliseconds: 400, elaborate: 80, cold: true } },
  { what: 'waits for a sandbox for its program', answer: { milliseconds: 200, elaborate: 20, sandbox: 150 } },
])('a call that $what is counted and not measured', async ({ answer }) => {
  const calls = new WarmCalls(answering(answer));
  await expect(finished(calls.call(program))).resolves.toBeUndefined();
  expect(calls.discarded).toBe(1);
  expect(calls.overheads).toEqual([]);
});

it('overhead is what the caller waits beyond the longer of check and program', async () => {
  const calls = new WarmCalls(
    answering({ milliseconds: 25, elaborate: 20 }, { milliseconds: 130, elaborate: 20, run: 126 }),
  );
  await expect(finished(calls.call(program))).resolves.toMatchObject({ milliseconds: 25 });
  await finished(calls.call(program));
  expect(calls.overheads).toEqual([5, 4]);
});
