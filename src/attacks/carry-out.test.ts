import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { CodeRequest, ExecutionResult, ExecutionService, Outcome } from '../execution/execution-service.ts';
import { contained, type Attack } from './attack.ts';
import { carryOut, type AttackTarget } from './carry-out.ts';
import { canary } from './lean-programs.ts';

const { signal } = new AbortController();
const attack: Attack = {
  id: 'X1',
  tried: 'something',
  steps: [{ code: 'attack', timeoutS: 0.01 }],
  judge: () => contained('nothing came of it'),
};
const nothing = { text: '', omittedBytes: 0 };

function answer(outcome: Outcome, errorLines: readonly number[] = [], queue = 0): ExecutionResult {
  const diagnostics = errorLines.map((line) => {
    const start = { line, column: 0 };
    return { severity: 'error' as const, start, end: start, message: 'wrong' };
  });
  const timings = { queue, sandbox: 0, elaborate: 0, run: 0, total: 0 };
  return { ...outcome, diagnostics, stdout: nothing, stderr: nothing, timings };
}

const ofCanary = answer({ outcome: 'completed' }, [4]);

function target(
  onAttack: (request: CodeRequest) => Promise<ExecutionResult> | ExecutionResult,
  changes: { readonly canary?: ExecutionResult; readonly countContainers?: () => Promise<number> } = {},
): AttackTarget {
  const service: ExecutionService = {
    runCode: async (request) => (request.code === canary.code ? (changes.canary ?? ofCanary) : await onAttack(request)),
    runInSession: () => Promise.reject(new Error('no sessions here')),
    closeSession: () => Promise.resolve(undefined),
  };
  return {
    service,
    report: { messageCharacters: 1000, outputCharacters: 1000, maxTimeoutMs: 1000 },
    setting: {
      memory: 1,
      cpus: 1,
      processes: 1,
      folderSize: 1,
      keptOutput: 1,
      hasOwnKernel: false,
      secrets: [],
    },
    countContainers: changes.countContainers ?? (() => Promise.resolve(0)),
  };
}

const timedOut = answer({ outcome: 'timed-out', limitMs: 10 });

describe('an attack', () => {
  it('is what its judge says when nothing else is wrong', async () => {
    expect(
      await carryOut(
        attack,
        target(() => timedOut),
        signal,
      ),
    ).toMatchObject({
      id: 'X1',
      tried: 'something',
      verdict: 'contained',
      happened: 'nothing came of it',
    });
  });

  it('was not carried out when the call failed', async () => {
    const failing = target(() => Promise.reject(new AppError('engine-unreachable', 'no engine')));
    expect(await carryOut(attack, failing, signal)).toMatchObject({
      verdict: 'not-carried-out',
      happened: 'no engine',
    });
  });

  it('is not contained when the answer came late', async () => {
    const late = target(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2100));
      return timedOut;
    });
    const { verdict, happened } = await carryOut(attack, late, signal);
    expect({ verdict, happened }).toEqual({
      verdict: 'not-contained',
      happened: expect.stringMatching(/^answered \d+ ms after its time limit; nothing came of it$/) as unknown,
    });
  });

  it('is on time when it waited for its turn', async () => {
    const queued = target(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2100));
      return answer({ outcome: 'completed' }, [], 2100);
    });
    expect(await carryOut(attack, queued, signal)).toMatchObject({ verdict: 'contained' });
  });

  it('is not contained when a container stays', async () => {
    let count = 0;
    const leaky = target(() => timedOut, { countContainers: () => Promise.resolve(count++ === 0 ? 3 : 4) });
    const report = await carryOut(attack, leaky, signal);
    expect(report).toMatchObject({ verdict: 'not-contained', happened: '1 container is left; nothing came of it' });
  });

  it.each([
    ['is accepted as a whole', answer({ outcome: 'completed' })],
    ['is rejected elsewhere', answer({ outcome: 'completed' }, [1, 4])],
    ['is not completed', answer({ outcome: 'crashed', detail: 'x' }, [4])],
  ])("is not contained when somebody else's call %s", async (_, ofOther) => {
    const report = await carryOut(
      attack,
      target(() => timedOut, { canary: ofOther }),
      signal,
    );
    expect(report).toMatchObject({
      verdict: 'not-contained',
      happened: expect.stringMatching(/^another caller's call was/) as unknown,
    });
  });

  it('stops when the user does', async () => {
    const controller = new AbortController();
    const stopping = target(() => {
      controller.abort(new Error('enough'));
      return timedOut;
    });
    await expect(carryOut(attack, stopping, controller.signal)).rejects.toThrow('enough');
  });
});
