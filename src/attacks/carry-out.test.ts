import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { CodeRequest, ExecutionResult, ExecutionService, Outcome } from '../execution/execution-service.ts';
import { contained, type Attack } from './attack.ts';
import { carryOut, type AttackReport, type AttackTarget } from './carry-out.ts';
import { canary } from './lean-programs.ts';
import type { Watch } from './watch.ts';

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
  };
  return {
    service,
    sessions: { close: () => Promise.resolve(undefined) },
    verify: { verify: () => Promise.reject(new Error('nothing is verified here')) },
    projects: { check: () => Promise.reject(new Error('no projects here')) },
    report: { messageCharacters: 1000, outputCharacters: 1000, maxTimeoutMs: 1000 },
    setting: {
      memory: 1,
      cpus: 1,
      processes: 1,
      folderSize: 1,
      maxKeptOutput: 1,
      hasOwnKernel: false,
      secrets: [],
    },
    countContainers: changes.countContainers ?? (() => Promise.resolve(0)),
  };
}

const timedOut = answer({ outcome: 'timed-out', limitMs: 10 });

/** Time that passes when the test says so, and while somebody waits. */
class TurnedWatch implements Watch {
  longestTurn = 0;
  #now = 0;

  readonly now = (): number => this.#now;

  readonly pass = (milliseconds: number): void => {
    this.#now += milliseconds;
  };

  readonly pause = (milliseconds: number): Promise<void> => {
    this.pass(milliseconds);
    return Promise.resolve();
  };

  readonly observeTurns = (): Disposable & { readonly longest: number } => ({
    longest: this.longestTurn,
    [Symbol.dispose]: () => undefined,
  });
}

const carriedOut = (attacked: AttackTarget, watch = new TurnedWatch()): Promise<AttackReport> =>
  carryOut(attack, attacked, signal, watch);

describe('an attack', () => {
  it('is what its judge says when nothing else is wrong', async () => {
    expect(await carriedOut(target(() => timedOut))).toEqual({
      id: 'X1',
      tried: 'something',
      verdict: 'contained',
      happened: 'nothing came of it',
      milliseconds: 0,
    });
  });

  it('was not carried out when the call failed', async () => {
    const failing = target(() => Promise.reject(new AppError('engine-unreachable', 'no engine')));
    expect(await carriedOut(failing)).toMatchObject({ verdict: 'not-carried-out', happened: 'no engine' });
  });

  it.each([
    [2010, 'contained', 'nothing came of it'],
    [2011, 'not-contained', 'answered 2001 ms after its time limit; nothing came of it'],
  ])('with a limit of 10 ms that is answered after %d ms is %s', async (milliseconds, verdict, happened) => {
    const watch = new TurnedWatch();
    const late = target(() => {
      watch.pass(milliseconds);
      return timedOut;
    });
    expect(await carriedOut(late, watch)).toMatchObject({ verdict, happened, milliseconds });
  });

  it('is on time when it waited for its turn', async () => {
    const watch = new TurnedWatch();
    const queued = target(() => {
      watch.pass(60_000);
      return answer({ outcome: 'completed' }, [], 60_000);
    });
    expect(await carriedOut(queued, watch)).toMatchObject({ verdict: 'contained' });
  });

  it('is not contained when the server could do nothing else meanwhile', async () => {
    const watch = new TurnedWatch();
    watch.longestTurn = 2000.6;
    expect(
      await carriedOut(
        target(() => timedOut),
        watch,
      ),
    ).toMatchObject({
      verdict: 'not-contained',
      happened: expect.stringMatching(/^the server did nothing else for 2001 ms/) as unknown,
    });
  });

  it('is not contained when a container stays for five seconds', async () => {
    let count = 0;
    const leaky = target(() => timedOut, { countContainers: () => Promise.resolve(count++ === 0 ? 3 : 4) });
    expect(await carriedOut(leaky)).toMatchObject({
      verdict: 'not-contained',
      happened: '1 container is left; nothing came of it',
    });
  });

  it('is contained when its container goes a moment later', async () => {
    const counts = [3, 4, 4];
    const lingering = target(() => timedOut, { countContainers: () => Promise.resolve(counts.shift() ?? 3) });
    expect(await carriedOut(lingering)).toMatchObject({ verdict: 'contained' });
  });

  it.each([
    ['is accepted as a whole', answer({ outcome: 'completed' })],
    ['is rejected elsewhere', answer({ outcome: 'completed' }, [1, 4])],
    ['is not completed', answer({ outcome: 'crashed', detail: 'x' }, [4])],
  ])("is not contained when somebody else's call %s", async (_, ofOther) => {
    expect(await carriedOut(target(() => timedOut, { canary: ofOther }))).toMatchObject({
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
    await expect(carryOut(attack, stopping, controller.signal, new TurnedWatch())).rejects.toThrow('enough');
  });
});
