import { describe, expect, test } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { CheckResult, Finding } from './check.ts';
import { Examination } from './examination.ts';

function examination(signal = new AbortController().signal) {
  const started: string[] = [];
  const told: CheckResult[] = [];
  const checks = new Examination({
    signal,
    onStart: (name) => started.push(name),
    onResult: (result) => told.push(result),
    buildCommand: 'build it',
  });
  return { checks, started, told };
}

function plan<Needed extends object>(name: string, needs: Needed, limitMs = 60_000) {
  return { name, needs, limitMs, whenLate: 'try later' };
}

const fine = <Value>(value: Value): Finding<Value> => ({ verdict: 'ok', detail: 'fine', value });
const broken: Finding<string> = { verdict: 'failed', detail: 'broken', next: 'mend it' };

describe('what a check needs', () => {
  test('a check gets the values of the checks that it needs', async () => {
    const { checks } = examination();
    const one = await checks.check(plan('one', {}), () => fine(1));
    const two = await checks.check(plan('two', { one }), (known) => fine(known.one + 1));
    expect(two).toMatchObject({ passed: true, value: 2 });
  });

  test('a warning passes', async () => {
    const { checks } = examination();
    const one = await checks.check(plan('one', {}), () => ({ verdict: 'warning', detail: 'hm', value: 1 }));
    expect(one).toMatchObject({ passed: true, value: 1 });
  });

  test('a check that needs a failed one is skipped, not done', async () => {
    const { checks, started } = examination();
    const one = await checks.check(plan('one', {}), () => broken);
    await checks.check(plan('two', { one }), () => fine(2));
    expect(started).toEqual(['one']);
    expect(checks.results).toEqual([
      { name: 'one', verdict: 'failed', detail: 'broken', next: 'mend it' },
      { name: 'two', verdict: 'skipped', detail: 'one did not pass' },
    ]);
  });

  test('a check that needs a skipped one names the failure that is behind it', async () => {
    const { checks } = examination();
    const one = await checks.check(plan('one', {}), () => broken);
    const two = await checks.check(plan('two', { one }), () => fine(2));
    await checks.check(plan('three', { two }), () => fine(3));
    expect(checks.results.at(-1)).toEqual({ name: 'three', verdict: 'skipped', detail: 'one did not pass' });
  });

  test('a check that skipped itself lets no other pass', async () => {
    const { checks } = examination();
    const one = await checks.check<string, Record<string, never>>(plan('one', {}), () => ({
      verdict: 'skipped',
      detail: 'no way',
    }));
    await checks.check(plan('two', { one }), () => fine(2));
    expect(checks.results.map(({ verdict }) => verdict)).toEqual(['skipped', 'skipped']);
  });
});

describe('failures', () => {
  test('an error of ours fails the check and says what to type', async () => {
    const { checks } = examination();
    await checks.check(plan('image', {}), () => Promise.reject(new AppError('image-unusable', 'damaged')));
    expect(checks.results).toEqual([{ name: 'image', verdict: 'failed', detail: 'damaged', next: 'build it' }]);
  });

  test('any other error fails the check as a fault', async () => {
    const { checks } = examination();
    await checks.check(plan('image', {}), () => {
      throw new TypeError('x is not a function');
    });
    expect(checks.results[0]).toMatchObject({
      verdict: 'failed',
      detail: 'a fault in lean-docker-mcp: x is not a function',
    });
  });

  test('a check that never ends fails at its time limit, and the next one is done', async () => {
    const { checks, told } = examination();
    const late = await checks.check(plan('late', {}, 20), () => new Promise<Finding<string>>(() => undefined));
    await checks.check(plan('next', {}), () => fine(1));
    expect(late.passed).toBe(false);
    expect(told).toEqual([
      { name: 'late', verdict: 'failed', detail: 'no answer within 0.02 s', next: 'try later' },
      { name: 'next', verdict: 'ok', detail: 'fine' },
    ]);
  });

  test('work that gives up at the time limit is late, whatever it throws', async () => {
    const { checks } = examination();
    await checks.check(
      plan('late', {}, 20),
      (_, { signal }) =>
        new Promise<Finding>((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('given up'));
          });
        }),
    );
    expect(checks.results[0]?.detail).toBe('no answer within 0.02 s');
  });

  test('when the caller gives up, the examination ends', async () => {
    const caller = new AbortController();
    const { checks, told } = examination(caller.signal);
    const reason = new DOMException('interrupted', 'AbortError');
    const ended = checks.check(plan('one', {}), () => {
      caller.abort(reason);
      return new Promise<Finding>(() => undefined);
    });
    await expect(ended).rejects.toBe(reason);
    expect(told).toEqual([]);
  });
});

test('terminal escapes in what engines and images say are made visible', async () => {
  const { checks } = examination();
  await checks.check(plan('one', {}), () => ({ verdict: 'failed', detail: '\u001b[2Jok', next: '\u001b]0;x' }));
  expect(checks.results[0]).toMatchObject({ detail: String.raw`\x1b[2Jok`, next: String.raw`\x1b]0;x` });
});
