import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { CallContext, CodeRequest, ExecutionResult, Outcome } from '../execution/execution-service.ts';
import { verdictOf, type BatchItem } from './batch-item.ts';
import { checkItem } from './check-item.ts';
import { openRunner, runnersOf, type ItemRunner } from './item-runner.ts';

const item: BatchItem = { index: 0, id: 'a', code: 'example : 1 + 1 = 3 := rfl' };
const settings = { header: '' };
const context: CallContext = { signal: new AbortController().signal, onProgress: () => undefined };
const nothing = { text: '', omittedBytes: 0 };
const timings = { queue: 0, sandbox: 0, elaborate: 0, run: 0, total: 0 };
const soon = [0, 0, 0];

function result(outcome: Outcome, severities: readonly ('error' | 'warning')[] = []): ExecutionResult {
  const place = { line: 2, column: 1 };
  const diagnostics = severities.map((severity) => ({ severity, start: place, end: place, message: 'm' }));
  return { ...outcome, diagnostics, stdout: nothing, stderr: nothing, timings };
}

/** Gives one answer after the other. */
function runner(...answers: (ExecutionResult | AppError)[]): ItemRunner & { readonly requests: CodeRequest[] } {
  const requests: CodeRequest[] = [];
  return {
    requests,
    run: (request) => {
      requests.push(request);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nobody expected another run');
      return answer instanceof AppError
        ? Promise.reject(answer)
        : Promise.resolve({ result: answer, isolation: 'item' });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const completed = { outcome: 'completed' } as const;
const lost = { outcome: 'crashed', detail: 'gone', lost: true } as const;

describe('the verdict of an item', () => {
  const ends: readonly [Outcome, readonly ('error' | 'warning')[], string][] = [
    [completed, [], 'accepted'],
    [completed, ['warning'], 'accepted'],
    [completed, ['error'], 'rejected'],
    [{ outcome: 'completed', exitCode: 1 }, [], 'rejected'],
    [{ outcome: 'completed', problem: 'not run' }, [], 'rejected'],
    [{ outcome: 'timed-out', limitMs: 1 }, [], 'undecided'],
    [{ outcome: 'timed-out', limitMs: 1 }, ['error'], 'undecided'],
    [{ outcome: 'out-of-memory', limit: 1 }, [], 'undecided'],
    [{ outcome: 'output-limit', limit: 1 }, [], 'undecided'],
    [{ outcome: 'crashed', detail: 'so' }, [], 'undecided'],
    [{ outcome: 'import-refused', message: 'no' }, [], 'undecided'],
  ];
  it.each(ends)('%j with messages %j is %s', async (outcome, severities, verdict) => {
    const { end } = await checkItem(item, settings, runner(result(outcome, severities)), context, soon);
    expect(verdictOf(end)).toBe(verdict);
  });

  it('is undecided for what was never checked', () => {
    expect(verdictOf({ kind: 'not-checked', error: new AppError('engine-failed', 'no') })).toBe('undecided');
  });
});

describe('an item', () => {
  it('whose sandbox was lost is run again, and what it then comes to counts', async () => {
    const checked = await checkItem(item, settings, runner(result(lost), result(completed)), context, soon);
    expect(checked).toMatchObject({ tries: 2, end: { kind: 'ended', result: { outcome: 'completed' } } });
  });

  it('whose sandbox is lost again and again is not checked', async () => {
    const always = runner(...Array.from({ length: 4 }, () => result(lost)));
    const checked = await checkItem(item, settings, always, context, soon);
    expect(checked).toMatchObject({ tries: 4, end: { kind: 'not-checked', error: { code: 'engine-failed' } } });
  });

  it('for which no sandbox could be made is tried again', async () => {
    const failing = runner(new AppError('engine-failed', 'no'), result(completed));
    expect(await checkItem(item, settings, failing, context, soon)).toMatchObject({ tries: 2, end: { kind: 'ended' } });
  });

  it('that waits for room waits as often as it takes, which counts as no try', async () => {
    const busy = Array.from({ length: 9 }, () => new AppError('busy', 'full', { retryAfterS: 0 }));
    const checked = await checkItem(item, settings, runner(...busy, result(completed)), context, soon);
    expect(checked).toMatchObject({ tries: 1, end: { kind: 'ended' } });
  });

  it('that fails for a reason that does not pass is not tried again', async () => {
    const missing = runner(new AppError('image-missing', 'no image'));
    const checked = await checkItem(item, settings, missing, context, soon);
    expect(checked).toMatchObject({ tries: 1, end: { kind: 'not-checked', error: { code: 'image-missing' } } });
  });

  it('that is given up has no end', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const cancelled = runner(result({ outcome: 'cancelled' }));
    await expect(checkItem(item, settings, cancelled, { ...context, signal }, soon)).rejects.toThrow('enough');
  });
});

describe('the header of a batch', () => {
  it('goes before the code on lines of its own, and positions are in the code', async () => {
    const two = runner({ ...result(completed, ['error']), diagnostics: [message(3, 'here'), message(1, 'there')] });
    const { end } = await checkItem(item, { header: 'import Lean\nopen Lean' }, two, context, soon);
    expect(two.requests[0]?.code).toBe(`import Lean\nopen Lean\n${item.code}`);
    expect(end.kind === 'ended' && end.result.diagnostics).toEqual([
      message(1, 'here'),
      {
        ...message(1, 'In the header, line 1, column 4: there'),
        start: { line: 1, column: 0 },
        end: { line: 1, column: 0 },
      },
    ]);
  });

  function message(line: number, text: string): ExecutionResult['diagnostics'][number] {
    return { severity: 'error', start: { line, column: 4 }, end: { line, column: 4 }, message: text };
  }
});

it('an isolation that cannot be had is refused', () => {
  const service = {
    runCode: () => Promise.reject(new Error('not asked')),
    runInSession: () => Promise.reject(new Error('not asked')),
  };
  expect(() => openRunner(runnersOf(service), 'batch')).toThrow(/isolation: "batch" is not possible/);
});
