/** What a call printed or left running is in no other call's answer. */
import { expect, describe, it } from 'vitest';
import { programText } from './support/programs.ts';
import { inspect, tryTactics } from './support/proofs.ts';
import { allRecordings } from './support/recordings.ts';
import { sharedServer } from './support/shared-server.ts';

const definition = programText('def-shell');

/** Prints, and leaves a process behind that prints when the next call says so, or when nobody says so for a long time. */
const leave =
  '#eval shell "echo first; echo first >&2; (for i in $(seq 1000); do [ -e go ] && break; sleep 0.02; done; echo late; echo late >&2) & echo $! > left"\n';
/** Has it print, and waits until it is no more. */
const wake = '#eval shell "touch go; while kill -0 $(cat left 2> /dev/null) 2> /dev/null; do sleep 0.02; done"\n';
const unproved =
  allRecordings()
    .find(({ name }) => name === 'attempt-base')
    ?.server.steps.at(-1)?.sent ?? '';
const bad = 'def bad : Nat := "x"\n';

describe.each([
  ['the elaborator', 'true'],
  ['the language server', 'false'],
])('with %s', (_, elaborator) => {
  const server = sharedServer({ settings: { ELABORATOR: elaborator } });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['a rejected step', (id) => server().step(leave + bad, id)],
    ['an accepted step', (id) => server().step(leave, id)],
    [
      'a question',
      (session_id) => inspect(server(), { session_id, code: leave + bad, line: 2, column: 5, what: 'hover' }),
    ],
    [
      'an attempt',
      (session_id) => {
        const code = leave + unproved;
        return tryTactics(server(), { session_id, code, sorry: 1, attempts: ['exact h', 'constructor'] });
      },
    ],
  ])('nothing of %s is in the answer of the next call', async (_what, call) => {
    const { session_id: id } = await server().step(definition);
    await call(id);
    const next = await server().step(wake, id);
    expect(next).toMatchObject({ status: 'success', outcome: 'completed' });
    expect({ stdout: next.stdout, stderr: next.stderr }).toEqual({ stdout: undefined, stderr: undefined });
  });

  it('what a call prints itself is in its answer, also when one before it left something', async () => {
    const { session_id: id } = await server().step(definition);
    const first = await server().step(leave, id);
    expect(first).toMatchObject({ stdout: 'first\n', stderr: 'first\n' });
    const next = await server().step('#eval shell "echo second; echo second >&2"\n', id);
    expect(next).toMatchObject({ stdout: 'second\n', stderr: 'second\n' });
  });
});
