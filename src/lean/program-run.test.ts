import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeDriver, someLaunch, type FakeSandbox } from '../../test/fakes/sandbox.ts';
import { Deadline } from '../core/deadline.ts';
import type { SandboxExit } from '../sandbox/sandbox.ts';
import type { ProgramRun } from './lean.ts';
import { ProgramSandbox, type Program } from './program-run.ts';

const output = { keepBytes: 10_000, stopBytes: 100_000 };

/** Lets streams hand on what they have. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A program that has been started in a sandbox, whose process the test is. */
async function start(program: Partial<Program> = {}, caller?: AbortSignal) {
  const driver = new FakeDriver();
  const programSandbox = await ProgramSandbox.start(driver, someLaunch, output);
  const [sandbox] = driver.sandboxes as [FakeSandbox];
  const deadline = new Deadline(60_000, caller);
  const running = programSandbox.run({ source: 'def main := pure ()', args: [], stdin: '', ...program }, deadline);
  void running.finally(() => {
    deadline[Symbol.dispose]();
  });
  await settle();
  const input = String(sandbox.stdin.read());
  return { sandbox, running, input, marker: /#print "(\w+)"/.exec(input)?.[1] ?? '', programSandbox };
}

/** What comes of a program whose `lean --run` writes this. */
async function run(
  stdout: (marker: string) => readonly Buffer[],
  exit: Partial<SandboxExit> = {},
  stderr = '',
): Promise<ProgramRun> {
  const { sandbox, running, marker } = await start();
  for (const chunk of stdout(marker)) sandbox.stdout.write(chunk);
  sandbox.stderr.write(stderr);
  sandbox.end(exit);
  return await running;
}

describe('the output of a program', () => {
  const messages = fc.constantFrom('', 'Main.lean:1:0: warning: unused\n', '0123456789abcdef\n', '#print "');
  const markerLine = fc.constantFrom(
    (marker: string) => `${marker}\n`,
    (marker: string) => `Main.lean:9:0: info: ${marker}\r\n`,
  );
  const said = fc.oneof(fc.constantFrom('', '\n', 'Hello\n'), fc.string({ unit: 'grapheme' }));

  it('is what comes after the line with the marker, wherever the reads cut it', async () => {
    await fc.assert(
      fc.asyncProperty(
        messages,
        markerLine,
        said,
        fc.boolean(),
        fc.array(fc.nat()),
        async (before, line, said, again, cuts) => {
          let expected = '';
          const { stdout, ...ended } = await run((marker) => {
            expected = again ? `${said}${marker}\n${said}` : said;
            const all = Buffer.from(before + line(marker) + expected);
            const at = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
            return at.map((from, index) => all.subarray(from, at[index + 1]));
          });
          expect(stdout).toEqual({ text: expected, omittedBytes: 0 });
          expect(ended).toMatchObject({ end: 'finished', exitCode: 0 });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is kept apart: stdout, stderr and exit code', async () => {
    const ran = await run((marker) => [Buffer.from(`${marker}\nout`)], { exitCode: 3 }, 'err');
    expect(ran).toEqual({
      end: 'finished',
      exitCode: 3,
      stdout: { text: 'out', omittedBytes: 0 },
      stderr: { text: 'err', omittedBytes: 0 },
    });
  });

  it('is all of it when Lean prints no marker but is content, as when the text hides it', async () => {
    const ran = await run(() => [Buffer.from('Hello\n')]);
    expect(ran).toMatchObject({ end: 'finished', exitCode: 0, stdout: { text: 'Hello\n' } });
  });

  it('is what Lean said when it did not run the program', async () => {
    const ran = await run(() => [Buffer.from('Main.lean:1:0: error: no\n')], { exitCode: 1 });
    expect(ran).toMatchObject({ end: 'not-run', exitCode: 1, stdout: { text: 'Main.lean:1:0: error: no\n' } });
  });

  it('is complete although the end is known before the last of it has come', async () => {
    const { sandbox, running, marker } = await start();
    sandbox.stdout.write(`${marker}\nearly `);
    sandbox.stdout.cork();
    sandbox.stdout.write('late');
    sandbox.end();
    await settle();
    sandbox.stdout.uncork();
    expect((await running).stdout.text).toBe('early late');
  });
});

describe('what a program is given', () => {
  it('is its source with a last command behind it, before anything that Lean would not read', async () => {
    const { input, marker } = await start({ source: 'def main := pure ()\n#exit\nnonsense', args: ['a'], stdin: 'in' });
    expect(marker).toMatch(/^[0-9a-f]{32}$/);
    const source = `def main := pure ()\n\n#print "${marker}"\n`;
    expect(input).toBe(`1\n1\na${source.length}\n${source}2\nin`);
  });

  it('has another marker each time', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.marker).not.toBe(other.marker);
  });

  it('comes into a sandbox for programs', async () => {
    const { sandbox } = await start();
    expect(sandbox.spec).toMatchObject({ purpose: 'program', image: someLaunch.image, jail: someLaunch.jail });
  });
});

describe('a program that does not end by itself', () => {
  it.each<[string, Partial<SandboxExit>, string]>([
    ['ran out of memory', { exitCode: 137, outOfMemory: true }, 'out-of-memory'],
    ['ran out of memory in a child', { exitCode: 0, outOfMemory: true }, 'out-of-memory'],
    ['was lost by the engine', { exitCode: undefined }, 'lost'],
    ['was killed by somebody', { exitCode: 137, killed: true }, 'crashed'],
  ])('%s', async (_, exit, end) => {
    const ran = await run((marker) => [Buffer.from(`${marker}\nso far`)], exit);
    expect(ran).toMatchObject({
      end,
      stdout: { text: 'so far', omittedBytes: 0 },
      stderr: { text: '', omittedBytes: 0 },
    });
  });

  it.each(['stdout', 'stderr'] as const)('is stopped when it writes too much to %s', async (stream) => {
    const { sandbox, running } = await start();
    sandbox[stream].write(Buffer.alloc(output.stopBytes, 'x'));
    await settle();
    sandbox[stream].write('x');
    const ran = await running;
    expect(ran.end).toBe('output-limit');
    expect(ran[stream].omittedBytes).toBe(output.stopBytes + 1 - output.keepBytes);
  });

  it('is stopped when its caller gives up, with what is known by then', async () => {
    const caller = new AbortController();
    const { sandbox, running, marker } = await start({}, caller.signal);
    sandbox.stdout.write(`${marker}\nso far`);
    await settle();
    caller.abort();
    expect(await running).toMatchObject({ end: 'cancelled', stdout: { text: 'so far' } });
  });
});
