/* The command as a person types it: what is printed where, and the exit code. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, type CommandOptions, type CommandResult } from './support/command.ts';
import { engine } from './support/containers.ts';
import { programText } from './support/programs.ts';
import { sharedServer } from './support/shared-server.ts';

/** Runs code from a file Main.lean in a folder of its own. */
async function run(code: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<CommandResult> {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'Main.lean'), code);
  return await runCommand(['run', 'Main.lean', ...args], { cwd: folder.path, ...options });
}

describe.concurrent('run', () => {
  it('prints what the program prints, and nothing else', async () => {
    const result = await run('def main : IO Unit := do\n  IO.println "to stdout"\n  IO.eprintln "to stderr"\n');
    expect(result).toEqual({ exitCode: 0, stdout: 'to stdout\n', stderr: 'to stderr\n' });
  });

  it('is silent about code that Lean just accepts', async () => {
    expect(await run('def x := 1\n')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('prints messages with file, line, column and severity', async () => {
    const { exitCode, stdout, stderr } = await run('#eval 1\n\ntheorem todo (p : Prop) : p := sorry\n');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Main\.lean:1:0: information: 1\nMain\.lean:3:\d+: warning: declaration uses .sorry.*\n/);
  });

  it('ends with 1 when Lean rejects the code', async () => {
    const { exitCode, stdout } = await run('def bad : Nat := "x"\n');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Main\.lean:1:17: error: .*type mismatch/i);
  });

  it('ends with 1 when the program fails, and says how', async () => {
    const result = await run(programText('main-shell'), ['--', 'echo out; exit 7']);
    expect(result).toMatchObject({ exitCode: 1, stdout: 'out\n' });
    expect(result.stderr).toContain('exit code 7');
  });

  it('ends with 1 when an import is refused, and names it', async () => {
    const { exitCode, stdout, stderr } = await run('import Elsewhere\n');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/import-refused: .*Elsewhere.*lean\.allowed_imports: auto.*the image has.* Lean\b/);
  });

  it('ends with 124 when the time is up, with what was known', async () => {
    // As much time as this machine needs until Lean has said the first thing.
    for (const timeout of ['4', '16', '64']) {
      const { exitCode, stdout, stderr } = await run(`#eval 1\n\n${programText('eval-spin')}`, ['--timeout', timeout]);
      expect(exitCode).toBe(124);
      expect(stderr).toMatch(new RegExp(`timed-out: .*time limit of ${timeout} s`));
      if (stdout === 'Main.lean:1:0: information: 1\n') return;
      expect(stdout).toBe('');
    }
    throw new Error('it showed nothing');
  });

  it('reads the code from standard input', async () => {
    const { exitCode, stdout } = await runCommand(['run', '-'], { stdin: '#eval 10 + 20\n' });
    expect([exitCode, stdout]).toEqual([0, '<stdin>:1:0: information: 30\n']);
  });

  it('gives the program a file as its standard input, or its own', async () => {
    await using folder = await temporaryFolder();
    const input = path.join(folder.path, 'input.txt');
    await writeFile(input, 'one\ntwo\n');
    const expected = '0: one\n1: two\n2 lines\n';
    expect(await run(programText('main-echo'), ['--stdin', input])).toMatchObject({ exitCode: 0, stdout: expected });
    expect(await run(programText('main-echo'), ['--stdin', '-'], { stdin: 'one\ntwo\n' })).toMatchObject({
      exitCode: 0,
      stdout: expected,
    });
  });

  it('gives the program what follows --', async () => {
    const result = await run(programText('main-arguments'), ['--', '--json', '', 'two words', '$(id)']);
    expect(result.stdout).toBe('<--json>\n<>\n<two words>\n<$(id)>\n');
  });

  it('shows what would act on a terminal', async () => {
    const { stdout } = await run(String.raw`def main : IO Unit := IO.println "\x1b[31mred\u202e"` + '\n');
    expect(stdout).toBe('\\x1b[31mred\\u{202e}\n');
  });
});

describe('run --json', () => {
  const server = sharedServer();

  it.each([
    ['a program', 'def main : IO Unit := IO.println "ran"\n'],
    ['messages', '#eval 1\ndef bad : Nat := "x"\n'],
    ['a refused import', 'import Elsewhere\n'],
  ])('prints what the tool returns for %s', async (_, code) => {
    const { stdout } = await run(code, ['--json']);
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    const printed = JSON.parse(stdout) as object;
    const timeless = (result: object): object => ({ ...result, timings_ms: undefined });
    expect(timeless(printed)).toEqual(timeless(await server().execute(code)));
    expect(printed).toHaveProperty('timings_ms.total');
  });
});

describe.concurrent('a wrong command line ends with 2', () => {
  it.each([
    [['run', 'x.lean', '--tiemout', '5'], /unknown option '--tiemout'.*\n.*Did you mean --timeout/],
    [['rnu', 'x.lean'], /unknown command 'rnu'.*\n.*Did you mean run/],
    [['image', 'biuld'], /unknown command 'biuld'.*\n.*Did you mean build/],
    [['--debgu'], /unknown option '--debgu'.*\n.*Did you mean --debug/],
    [['run'], /missing required argument 'file'/],
    [['serve', 'more'], /too many arguments/],
    [['run', 'no-such-file.lean'], /no-such-file\.lean cannot be read/],
    [['run', '-', '--stdin', '-'], /both/],
    [['run', '-', '--timeout', 'soon'], /docker\.timeout.*soon.*--timeout/],
    [['image', 'build', '--memory-hint', 'much'], /--memory-hint.*much.*Expected a size/s],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe.concurrent('--help', () => {
  it.each([
    [[]],
    [['serve']],
    [['run']],
    [['image', 'build']],
    [['image', 'list']],
    [['image', 'remove']],
    [['doctor']],
  ])('of %j shows an example', async (command) => {
    const { exitCode, stdout, stderr } = await runCommand([...command, '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Usage: lean-docker-mcp/);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  lean-docker-mcp ${command.join(' ')}`));
  });

  it('lists the commands and the exit codes', async () => {
    const { stdout } = await runCommand(['--help']);
    for (const command of ['serve', 'run', 'image', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const code of [0, 1, 2, 3, 124]) expect(stdout).toMatch(new RegExp(`^  ${code}  `, 'm'));
  });

  it('stands beside --version', async () => {
    const { exitCode, stdout } = await runCommand(['--version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe.concurrent('without an engine', () => {
  it.each([[['run', '-']], [['image', 'list']], [['image', 'remove', 'x']]])('%j ends with 3', async (args) => {
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { exitCode, stdout, stderr } = await runCommand(args, { env, stdin: '#eval 1' });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/No Docker engine answers at \/nowhere\/docker\.sock.*\n.*Start Docker/);
  });
});

describe('images', () => {
  const image = `lean-docker-mcp:e2e-${randomUUID().slice(0, 8)}`;
  const settings = { IMAGE: image };
  const hasImage = async (): Promise<boolean> =>
    await (
      await engine()
    )
      .getImage(image)
      .inspect()
      .then(
        () => true,
        () => false,
      );

  it('that are missing, where there is no toolchain either, are one message with what to type', async () => {
    await using home = await temporaryFolder();
    await mkdir(path.join(home.path, '.elan'));
    // No elan, no download.
    const env = {
      HOME: home.path,
      ELAN_HOME: path.join(home.path, '.elan'),
      XDG_CACHE_HOME: home.path,
      HTTPS_PROXY: 'http://127.0.0.1:9',
      https_proxy: 'http://127.0.0.1:9',
      NO_PROXY: '',
      no_proxy: '',
    };
    const { exitCode, stdout, stderr } = await runCommand(['run', '-'], { settings, env, stdin: '#eval 1' });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/lean-docker-mcp image build --toolchain-dir DIR/);
    expect(stderr).toMatch(/^lean-docker-mcp: The sandbox image \S+ is missing, and could not be built\. Downloading /);
    expect(stderr.match(/^lean-docker-mcp: /gm)).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await hasImage()).toBe(false);
  });

  it('are built by the first run where a toolchain is known, listed, and removed', async () => {
    const env = { LEAN_TOOLCHAIN_DIR: inject('toolchainDir') };
    const first = await runCommand(['run', '-'], { settings, env, stdin: '#eval 10 + 20\n' });
    expect(first).toMatchObject({ exitCode: 0, stdout: '<stdin>:1:0: information: 30\n' });
    expect(await hasImage()).toBe(true);
    const again = await runCommand(['run', '-'], { settings, stdin: '#eval 1\n' });
    expect(again).toMatchObject({ exitCode: 0, stdout: '<stdin>:1:0: information: 1\n' });

    const list = await runCommand(['image', 'list']);
    expect(list.exitCode).toBe(0);
    const line = list.stdout.split('\n').find((item) => item.includes(image));
    expect(line).toContain(inject('toolchainVersion'));
    const json = await runCommand(['image', 'list', '--json']);
    expect(JSON.parse(json.stdout)).toContainEqual(
      expect.objectContaining({ names: expect.arrayContaining([image]) as unknown }),
    );

    expect(await runCommand(['image', 'remove', image])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await hasImage()).toBe(false);
    const gone = await runCommand(['image', 'remove', image]);
    expect(gone.exitCode).toBe(3);
    expect(gone.stderr).toContain(image);
  });

  it('that are not ours are refused by name', async () => {
    const other = { IMAGE: 'debian:bookworm-slim' };
    const { exitCode, stderr } = await runCommand(['run', '-'], { settings: other, stdin: '#eval 1\n' });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/debian:bookworm-slim.*\n.*lean-docker-mcp image build/s);
  });
});
