import { expect, it } from 'vitest';
import type { CallContext, ExecutionResult, Outcome } from '../execution/execution-service.ts';
import type { SharedLean } from '../execution/shared-lean.ts';
import { runnersOf } from './item-runner.ts';

const context: CallContext = { signal: new AbortController().signal, onProgress: () => undefined };
const request = (code: string) => ({ code, args: [], stdin: '' });
const nothing = { text: '', omittedBytes: 0 };
const timings = { queue: 0, sandbox: 0, elaborate: 0, run: 0, total: 0 };

/** A service that answers with one outcome after the other, and says where it was asked to run. */
function service(...outcomes: Outcome[]) {
  const places: (SharedLean | undefined)[] = [];
  const runCode = (_: unknown, __: unknown, shared?: SharedLean): Promise<ExecutionResult> => {
    places.push(shared);
    const outcome = outcomes.shift() ?? { outcome: 'completed' };
    return Promise.resolve({ ...outcome, diagnostics: [], stdout: nothing, stderr: nothing, timings });
  };
  return { places, runCode, runInSession: () => Promise.reject(new Error('no sessions here')) };
}

it('items that share have one place, as long as they come to an end', async () => {
  const asked = service();
  await using runner = runnersOf(asked, () => 2).batch();
  for (let count = 0; count < 3; count += 1) {
    expect(await runner.run(request('#eval 1'), context)).toMatchObject({ isolation: 'batch' });
  }
  expect(new Set(asked.places).size).toBe(1);
  expect(asked.places[0]).toBeDefined();
});

it('items at once do not meet', async () => {
  const asked = service();
  await using runner = runnersOf(asked, () => 2).batch();
  await Promise.all([runner.run(request('#eval 1'), context), runner.run(request('#eval 2'), context)]);
  expect(new Set(asked.places).size).toBe(2);
});

it('more items at once than sandboxes wait for one of them, so that no more are made', async () => {
  const asked = service();
  await using runner = runnersOf(asked, () => 2).batch();
  const runs = Array.from({ length: 20 }, (_, index) => runner.run(request(`#eval ${index}`), context));
  expect((await Promise.all(runs)).map(({ isolation }) => isolation)).toEqual(Array(20).fill('batch'));
  expect(new Set(asked.places).size).toBe(2);
});

it('a program has a sandbox of its own', async () => {
  const asked = service();
  await using runner = runnersOf(asked, () => 2).batch();
  const run = await runner.run(request('def main : IO Unit := pure ()'), context);
  expect([run.isolation, asked.places]).toEqual(['item', [undefined]]);
});

it('an item that comes to no end beside others is run again alone, and the next one finds a new Lean', async () => {
  const crashed = { outcome: 'crashed', detail: 'gone' } as const;
  const asked = service({ outcome: 'completed' }, crashed, { outcome: 'completed' });
  await using runner = runnersOf(asked, () => 2).batch();
  const sharing = { texts: 1 };
  await runner.run(request('#eval 1'), context);
  const [first] = asked.places;
  // What a service does that has a Lean: it keeps it there.
  Object.defineProperty(first, 'texts', { get: () => sharing.texts });
  expect(await runner.run(request('#eval 2'), context)).toMatchObject({
    result: { outcome: 'completed' },
    isolation: 'item',
  });
  expect(asked.places).toEqual([first, first, undefined]);
});

it('the first item of a sandbox has nobody else to blame', async () => {
  const asked = service({ outcome: 'timed-out', limitMs: 1 });
  await using runner = runnersOf(asked, () => 2).batch();
  expect(await runner.run(request('#eval 1'), context)).toMatchObject({
    result: { outcome: 'timed-out' },
    isolation: 'batch',
  });
  expect(asked.places).toHaveLength(1);
});
