import { expect, it } from 'vitest';
import { elaboratorProcesses } from '../../test/fakes/elaborator-processes.ts';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import { Deadline } from '../core/deadline.ts';
import { elaboratorSelfTest } from '../image/program-sources.ts';
import { failureOfElaborator } from './elaborator-self-test.ts';

const { driver } = await elaboratorProcesses();

async function failure(tests: unknown): Promise<string | undefined> {
  using deadline = new Deadline(60_000);
  return await failureOfElaborator(driver, someLaunch, tests, deadline);
}

it('an elaborator that works passes its test', async () => {
  expect(await failure(await elaboratorSelfTest())).toBeUndefined();
});

it.each([
  ['a verdict that is not as it should be', [{ event: 'verdict', verdict: 'error' }], /there is no .*"error"/],
  ['an event that does not come', [{ event: 'running' }], /there is no .*running/],
  ['a list that is longer', [{ event: 'verdict', sorries: [{}] }], /there is no .*sorries/],
])('one that says something else fails it: %s', async (_, events, why) => {
  const request = { do: 'elaborate', text: 'def a := 1' };
  expect(await failure([{ about: 'a definition', request, events }])).toMatch(why);
});

it('one that ends fails it', async () => {
  const request = { do: 'elaborate', text: '#eval (IO.Process.exit 3 : IO Unit)' };
  expect(await failure([{ about: 'going on', request, events: [] }])).toMatch(
    /“going on” failed: it ended with exit 3/,
  );
});
