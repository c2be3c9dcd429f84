/* The configuration as the built program reads it: what stops the start, and whose value counts. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, type CommandResult } from './support/command.ts';
import { programText } from './support/programs.ts';
import { connect } from './support/server.ts';
import type { Variables } from './support/environment.ts';

/** Runs the command with this configuration file, named by --config. */
async function withFile(yaml: string, args: readonly string[], env: Variables = {}): Promise<CommandResult> {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'lean.yaml');
  await writeFile(file, yaml);
  const [command = 'serve', ...rest] = args;
  return await runCommand([command, '--config', file, ...rest], { env, stdin: '#eval 1\n' });
}

describe.concurrent('a mistake in the file stops the start and is told with its place', () => {
  it.each([
    [
      'an unknown key',
      'docker:\n  memroy_limit: 1g\n',
      'docker.memroy_limit: unknown key (lean.yaml line 2). Did you mean docker.memory_limit?',
    ],
    [
      'an unknown section',
      'docker:\n  timeout: 5\ndokcer:\n  timeout: 5\n',
      'dokcer: unknown key (lean.yaml line 3). Did you mean docker?',
    ],
    [
      'a key outside its section',
      'timeout: 5\n',
      'timeout: unknown key (lean.yaml line 1). Did you mean docker.timeout?',
    ],
    [
      'a number out of range',
      'docker:\n  timeout: 0\n',
      /docker\.timeout: expected seconds.*, got 0 \(lean\.yaml line 2\)/,
    ],
    [
      'a word for a number',
      'docker:\n\n  cpu_limit: many\n',
      /docker\.cpu_limit: expected .*, got "many" \(lean\.yaml line 3\)/,
    ],
    [
      'a size that is none',
      'docker: {memory_limit: big}\n',
      /docker\.memory_limit: expected auto, or a size.*, got "big" \(lean\.yaml line 1\)/,
    ],
    [
      'a word for a switch',
      'docker:\n  read_only: mostly\n',
      /docker\.read_only: expected true or false, got "mostly"/,
    ],
    [
      'a wrong module in a list',
      'lean:\n  allowed_imports: [Lean, "a b"]\n',
      /lean\.allowed_imports: .*"a b" in the list \(lean\.yaml line 2\)/,
    ],
    ['text for a list', 'lean:\n  allowed_imports: Lean\n', /lean\.allowed_imports: expected auto, or a list.*"Lean"/],
    [
      'a relative folder',
      'docker:\n  working_dir: project\n',
      /docker\.working_dir: .*"project" \(lean\.yaml line 2\)/,
    ],
    [
      'values that contradict each other',
      'docker:\n  timeout: 60\n  max_timeout: 50\n',
      /docker\.timeout: .*60.*line 2.*docker\.max_timeout is 50 \(lean\.yaml line 3\)/,
    ],
    ['a key without a value', 'docker:\n  image:\n', /docker\.image: has no value \(lean\.yaml line 2\)/],
    [
      'a key given twice',
      'docker:\n  timeout: 5\n  timeout: 6\n',
      /docker\.timeout: given twice \(lean\.yaml line 2 and line 3\)/,
    ],
    ['a section that is a value', 'docker: 5\n', /docker: expected keys below it, got 5 \(lean\.yaml line 1\)/],
    ['a list at the top', '- docker\n', /expected sections such as docker:/],
    ['what is no YAML', 'docker:\n  image: "open\n', /lean\.yaml line [23]: not valid YAML/],
    ['an alias', 'docker: &a\n  timeout: 5\nlean: *a\n', /lean\.yaml line 3: \*a: aliases cannot be used/],
  ])('%s', async (_, yaml, problem) => {
    for (const args of [['serve'], ['run', '-']]) {
      const { exitCode, stdout, stderr } = await withFile(yaml, args);
      expect([exitCode, stdout]).toEqual([2, '']);
      if (typeof problem === 'string') expect(stderr).toContain(problem);
      else expect(stderr).toMatch(problem);
      expect(stderr.match(/^- /gm)).toHaveLength(1);
    }
  });

  it('together with all others, in one message', async () => {
    const { stderr } = await withFile('docker:\n  timeout: 0\n  imgae: x\n', ['serve'], {
      LEAN_DOCKER_MCP_CPU_LIMIT: 'x',
    });
    expect(stderr.match(/^lean-docker-mcp: /gm)).toHaveLength(1);
    expect(stderr.match(/^- /gm)).toHaveLength(3);
    expect(stderr).toContain('docs/configuration.md');
  });
});

describe.concurrent('a mistake elsewhere is told with its place too', () => {
  it.each<[string, readonly string[], Variables, RegExp]>([
    [
      'a variable',
      ['serve'],
      { LEAN_DOCKER_MCP_TIMEOUT: 'soon' },
      /docker\.timeout: .*"soon" \(LEAN_DOCKER_MCP_TIMEOUT\)/,
    ],
    [
      'an empty variable',
      ['serve'],
      { LEAN_DOCKER_MCP_MEMORY_LIMIT: '' },
      /docker\.memory_limit: .*"" \(LEAN_DOCKER_MCP_MEMORY_LIMIT\)/,
    ],
    [
      'a list in a variable',
      ['serve'],
      { LEAN_DOCKER_MCP_BLOCKED_IMPORTS: 'Lean,a b' },
      /lean\.blocked_imports: .*"a b" in the list \(LEAN_DOCKER_MCP_BLOCKED_IMPORTS\)/,
    ],
    [
      'an unknown variable',
      ['serve'],
      { LEAN_DOCKER_MCP_TIMOUT: '5' },
      /LEAN_DOCKER_MCP_TIMOUT: unknown environment variable\. Did you mean LEAN_DOCKER_MCP_TIMEOUT\?/,
    ],
    ['a flag', ['run', '-', '--timeout', '-5'], {}, /docker\.timeout: .*-5.* \(--timeout\)/],
    [
      'a flag over the limit',
      ['run', '-', '--timeout', '301'],
      {},
      /docker\.timeout: .*301 \(--timeout\)\. docker\.max_timeout is 300 \(default\)/,
    ],
    [
      'a file that is not there',
      ['serve', '--config', '/nowhere/lean.yaml'],
      {},
      /\/nowhere\/lean\.yaml: there is no such file \(--config\)/,
    ],
    ['a folder for a file', ['serve', '--config', '/'], {}, /\/: cannot be read/],
    [
      'a file that a variable names',
      ['serve'],
      { LEAN_DOCKER_MCP_CONFIG: '/nowhere/lean.yaml' },
      /no such file \(LEAN_DOCKER_MCP_CONFIG\)/,
    ],
  ])('%s', async (_, args, env, problem) => {
    const { exitCode, stdout, stderr } = await runCommand(args, { env, stdin: '#eval 1\n' });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(problem);
  });
});

describe.concurrent('the value that counts', () => {
  /** The default run time, as the server tells it to clients. */
  async function timeoutTold(
    file: string | undefined,
    settings: Variables,
    args: readonly string[] = [],
  ): Promise<string> {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, '.lean-docker-mcp'));
    const home = path.join(folder.path, '.lean-docker-mcp', 'config.yaml');
    if (file !== undefined) await writeFile(home, file);
    await using server = await connect({
      settings: { POOL_ENABLED: 'false', ...settings },
      env: { HOME: folder.path, DOCKER_HOST: process.env['DOCKER_HOST'] ?? '' },
      without: ['LEAN_DOCKER_MCP_CONFIG'],
      args,
    });
    return /may run (\d+) s/.exec(server.client.getInstructions() ?? '')?.[1] ?? '';
  }

  it('is the default where nothing is given', async () => {
    expect(await timeoutTold(undefined, {})).toBe('30');
  });

  it('is that of the file in the home folder', async () => {
    expect(await timeoutTold('docker:\n  timeout: 11\n', {})).toBe('11');
  });

  it('is that of the environment before that of the file', async () => {
    expect(await timeoutTold('docker:\n  timeout: 11\n', { TIMEOUT: '12' })).toBe('12');
  });

  it('is that of the file that --config names before that of the home folder', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'other.yaml');
    await writeFile(file, 'docker:\n  timeout: 13\n');
    expect(await timeoutTold('docker:\n  timeout: 11\n', {}, ['serve', '--config', file])).toBe('13');
  });

  it('is that of the flag before all', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'Spin.lean');
    await writeFile(file, programText('eval-spin'));
    const yaml = path.join(folder.path, 'lean.yaml');
    await writeFile(yaml, 'docker:\n  timeout: 200\n');
    const { exitCode, stderr } = await runCommand(['run', file, '--config', yaml, '--timeout', '1'], {
      settings: { TIMEOUT: '100' },
    });
    expect(exitCode).toBe(124);
    expect(stderr).toContain('time limit of 1 s');
  });

  it('is used: limits of the file are those of the container', async () => {
    const yaml = 'docker:\n  working_dir: /tmp/elsewhere\n  memory_limit: 300m\nlean:\n  allowed_imports: []\n';
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'lean.yaml');
    await writeFile(file, yaml);
    await using server = await connect({ args: ['serve', '--config', file], settings: { POOL_ENABLED: 'false' } });
    const pwd = await server.execute({ code: programText('main-shell'), args: ['pwd'] });
    expect(pwd).toMatchObject({ status: 'success', stdout: '/tmp/elsewhere\n' });
    const result = await server.execute({ code: programText('eval-allocate'), timeout: 120 });
    expect(result.error).toContain('300 MiB');
    expect((await server.execute('import Nowhere.Else\n')).outcome).toBe('completed');
  });
});
