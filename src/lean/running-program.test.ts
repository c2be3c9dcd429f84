import { expect, it } from 'vitest';
import type { SandboxExit } from '../sandbox/sandbox.ts';
import type { ProcessEnd } from './elaborator/keeper-frames.ts';
import { RunningProgram } from './running-program.ts';

const never = new Promise<never>(() => undefined);

/** How a program ends of whose process this is said, and of whose sandbox that, if it ever ends. */
async function endOf(end: ProcessEnd | undefined, exit?: SandboxExit): Promise<object> {
  const program = new RunningProgram({ keepBytes: 100, stopBytes: 100 });
  program.append('stdout', Buffer.from('said'));
  program.processEnded(end);
  const run = await program.run(never, never, exit === undefined ? never : Promise.resolve(exit));
  expect(run.stdout.text).toBe('said');
  return { ...run, stdout: undefined, stderr: undefined };
}

const exit = (exitCode: number | undefined, outOfMemory = false, killed = false): SandboxExit => ({
  exitCode,
  outOfMemory,
  killed,
});

it('does not wait for the end of its sandbox when the kernel has told that nothing was killed for memory', async () => {
  expect(await endOf({ exitCode: 3, oomKills: 0 })).toEqual({ end: 'finished', exitCode: 3 });
  expect(await endOf({ signal: 9, oomKills: 0 })).toEqual({ end: 'finished', exitCode: 137 });
});

it('is out of memory when a process was killed for that, whatever its own end was', async () => {
  expect(await endOf({ exitCode: 0, oomKills: 1 })).toEqual({ end: 'out-of-memory' });
});

it('asks the end of its sandbox where the kernel tells nothing', async () => {
  expect(await endOf({ exitCode: 0 }, exit(0))).toEqual({ end: 'finished', exitCode: 0 });
  expect(await endOf({ exitCode: 0 }, exit(0, true))).toEqual({ end: 'out-of-memory' });
  expect(await endOf(undefined, exit(137, false, true))).toMatchObject({ end: 'crashed' });
  expect(await endOf(undefined, exit(undefined))).toEqual({ end: 'lost' });
});
