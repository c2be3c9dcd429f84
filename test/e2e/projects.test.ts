/* Projects of many files: over MCP, and from a shell. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '@modelcontextprotocol/client';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './support/command.ts';
import { containersEverMadeBy, expectNoContainers, patience } from './support/containers.ts';
import { program, programEnvironment } from './support/environment.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { programText } from './support/programs.ts';
import { connect, type TestServer } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();

interface Module {
  readonly module: string;
  readonly path: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly error?: string;
  readonly because?: readonly string[];
  readonly uses_sorry?: boolean;
  readonly diagnostics?: readonly { line: number; column: number; message: string; severity: string }[];
}
interface Project {
  readonly status: string;
  readonly accepted: number;
  readonly rejected: number;
  readonly unfinished: number;
  readonly not_checked: number;
  readonly elaborated: number;
  readonly mend_first?: readonly { module: string; blocks: number }[];
  readonly modules: readonly Module[];
  readonly accepted_modules?: readonly string[];
  readonly notes?: readonly string[];
}

type Files = Readonly<Record<string, string>>;

async function check(
  files: Files,
  args: Readonly<Record<string, unknown>> = {},
  { on = server(), onLine = () => undefined }: { on?: TestServer; onLine?: (line: string) => void } = {},
): Promise<Project> {
  const onprogress = ({ message = '' }: Progress): void => {
    for (const line of message.split('\n')) onLine(line);
  };
  const { isError, content, structuredContent } = await on.call('check-project', { files, ...args }, { onprogress });
  expect(isError ?? false, JSON.stringify(content)).toBe(false);
  return structuredContent as Project;
}

function outcomes({ modules, accepted_modules: accepted = [] }: Project): Record<string, string> {
  return Object.fromEntries([
    ...modules.map(({ module, outcome, reason }) => [module, reason ?? outcome] as const),
    ...accepted.map((module) => [module, 'accepted'] as const),
  ]);
}

const good: Files = {
  'Foo.lean': 'import Foo.A\nimport Foo.B\n\ntheorem foo : a + b = 7 := rfl\n',
  'Foo/A.lean': 'def a : Nat := 3\n',
  'Foo/B.lean': 'import Foo.A\n\ndef b : Nat := a + 1\n',
};

describe('check-project', () => {
  it('elaborates modules that import each other, and tells each as it is done', async () => {
    const lines: string[] = [];
    const project = await check(good, {}, { onLine: (line) => lines.push(line) });
    expect(project).toMatchObject({ status: 'success', accepted: 3, rejected: 0, elaborated: 3, modules: [] });
    expect(project.accepted_modules).toEqual(['Foo', 'Foo.A', 'Foo.B']);
    expect(lines.filter((line) => line.includes('accepted'))).toEqual([
      'Foo.A: accepted',
      'Foo.B: accepted',
      'Foo: accepted',
    ]);
  });

  it('says of each module what came of it, and what to mend first', async () => {
    const project = await check({
      ...good,
      'Foo/B.lean': 'import Foo.A\n\ndef b : Nat := "x"\n',
      'Bar.lean': 'import Foo\n',
      'Open.lean': 'theorem open_ : 1 = 2 := sorry\n',
      'Ring.lean': 'import Ring2\n',
      'Ring2.lean': 'import Ring\n',
      'Lost.lean': 'import Foo.A\nimport Foo.Gone\n',
      'Init.lean': '',
    });
    expect(outcomes(project)).toEqual({
      'Foo.A': 'accepted',
      'Foo.B': 'rejected',
      Foo: 'not-checked',
      Bar: 'not-checked',
      Open: 'accepted',
      Ring: 'rejected',
      Ring2: 'rejected',
      Lost: 'rejected',
      Init: 'rejected',
    });
    expect(project.status).toBe('error');
    expect(project.mend_first?.[0]).toEqual({ module: 'Foo.B', blocks: 2 });
    const module = (name: string): Module | undefined => project.modules.find((item) => item.module === name);
    expect(module('Foo.B')).toMatchObject({ path: 'Foo/B.lean', diagnostics: [{ line: 3, severity: 'error' }] });
    expect(module('Bar')?.because).toEqual(['Foo', 'Foo.B']);
    expect(module('Open')?.uses_sorry).toBe(true);
    expect(module('Ring')?.diagnostics?.[0]?.message).toContain('Ring → Ring2 → Ring');
    expect(module('Lost')?.diagnostics?.[0]).toMatchObject({ line: 2, column: 7 });
    expect(module('Lost')?.diagnostics?.[0]?.message).toContain('There is no module Foo.Gone');
    expect(module('Init')?.diagnostics?.[0]?.message).toContain('would hide them');
  });

  it('goes on beside modules that never end, use up their memory, or end Lean', async () => {
    await using small = await connect({ settings: { MEMORY_LIMIT: '256m' } });
    const project = await check(
      {
        'Spin.lean': programText('eval-spin'),
        'Allocate.lean': programText('eval-allocate'),
        'Exit.lean': programText('eval-exit-zero'),
        'After.lean': 'import Spin\n',
        'Fine.lean': 'def fine := 1\n',
      },
      { timeout: 60 },
      { on: small },
    );
    expect(outcomes(project)).toEqual({
      Spin: 'timed-out',
      Allocate: 'out-of-memory',
      Exit: 'crashed',
      After: 'not-checked',
      Fine: 'accepted',
    });
    expect(project.modules.find(({ module }) => module === 'Allocate')?.error).toContain('docker.memory_limit');
  });

  it('names the setting when the folder of compiled modules is full', async () => {
    await using small = await connect({ settings: { TMPFS_SIZE: '64k' } });
    const project = await check(
      { 'A.lean': `def a := 1\n-- ${'x'.repeat(200_000)}\n`, 'B.lean': '' },
      {},
      { on: small },
    );
    expect(outcomes(project)).toEqual({ A: 'no-room', B: 'accepted' });
    expect(project.modules[0]?.error).toContain('docker.tmpfs_size');
  });

  it('takes the layout and the options of lakefile.toml, and says what it leaves out', async () => {
    const project = await check({
      'lakefile.toml': 'name = "p"\n[leanOptions]\nno.such.option = 1\n[[lean_lib]]\nname = "Lib"\nsrcDir = "src"\n',
      'lean-toolchain': 'leanprover/lean4:v1.2.3\n',
      'src/Lib.lean': '',
      'Other.lean': '',
      'Lib.olean': 'compiled',
    });
    expect(outcomes(project)).toEqual({ Lib: 'rejected' });
    expect(project.modules[0]?.diagnostics?.[0]?.message).toContain('no.such.option');
    const notes = project.notes?.join('\n') ?? '';
    expect(notes).toContain('lean-docker-mcp image build --lean-version 1.2.3');
    expect(notes).toContain('"Other.lean": part of nothing that is built');
    expect(notes).toContain('"Lib.olean": compiled files');
  });

  it('checks only targets and what they import', async () => {
    const project = await check({ ...good, 'Bad.lean': 'def b : Nat := "x"\n' }, { targets: ['Foo.B'] });
    expect(outcomes(project)).toEqual({ 'Foo.A': 'accepted', 'Foo.B': 'accepted' });
  });

  it('refuses names that no project has, and makes no sandbox for them', async () => {
    await using fresh = await connect({ settings: { POOL_ENABLED: 'false' } });
    const refused = async (files: Files): Promise<string> => await fresh.refusal('check-project', { files });
    expect(await refused({ '../A.lean': '' })).toContain('leads out with ..');
    expect(await refused({ '/A.lean': '' })).toContain('is absolute');
    expect(await refused({ 'A\0.lean': '' })).toContain('control character');
    expect(await refused({ 'a.lean': '', 'A.lean': '' })).toContain('in case or in Unicode’s normal form only');
    expect(await refused({})).toContain('There is no module to check');
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`M${index}.lean`, '']));
    expect(await refused(many)).toContain('at most 256');
    expect(await containersEverMadeBy(fresh.pid, fresh.startedAt)).toBe(0);
  });

  it('takes a folder that the client has opened or the settings permit, and no other', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, good);
    const client = { capabilities: { roots: {} } };
    await using opened = await connect({ client });
    opened.client.setRequestHandler('roots/list', () => ({ roots: [{ uri: `file://${folder.path}` }] }));
    const result = await opened.call('check-project', { project: folder.path });
    expect(outcomes(result.structuredContent as Project)).toEqual({
      'Foo.A': 'accepted',
      'Foo.B': 'accepted',
      Foo: 'accepted',
    });
    expect(await opened.refusal('check-project', { project: '/etc' })).toContain('lean.project_roots');
    expect(await server().refusal('check-project', { project: folder.path })).toContain('lean.project_roots');
    expect(await opened.refusal('check-project', { project: folder.path, files: {} })).toContain('Both');
    await using permitted = await connect({ settings: { PROJECT_ROOTS: folder.path } });
    expect((await permitted.call('check-project', { project: folder.path })).isError ?? false).toBe(false);
  });

  it('uses one sandbox, and leaves none', async () => {
    await using fresh = await connect({ settings: { POOL_ENABLED: 'false' } });
    await check(good, {}, { on: fresh });
    expect(await containersEverMadeBy(fresh.pid, fresh.startedAt)).toBe(1);
    await expectNoContainers(fresh.pid);
  });
});

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

describe('check-project over HTTP', () => {
  it.each(clientKinds)('checks files that come with the call, and reads no folder: %s', async (kind) => {
    await using http = await serveHttp();
    await using client = await connectHttp(kind, http.url);
    const files = { 'Base.lean': 'def base : Nat := 1\n', 'Main.lean': 'import Base\ndef more := base\n' };
    const checked = await client.call('check-project', { files });
    expect(checked, checked.text).toMatchObject({ isError: false, structured: { status: 'success', accepted: 2 } });
    const refused = await client.call('check-project', { project: process.cwd() });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('over HTTP') as string });
  });
});

describe('lean-docker-mcp check DIR', () => {
  it('prints a line for each module, and Lean’s messages as file:line:column', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, { ...good, 'Foo/B.lean': 'import Foo.A\n\ndef b : Nat := "x"\n' });
    const { exitCode, stdout } = await runCommand(['check'], { cwd: folder.path });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Foo\.A: accepted$/m);
    expect(stdout).toMatch(/^ {2}Foo\/B\.lean:3:15: error: /m);
    expect(stdout).toMatch(/^Foo: not-checked: it imports Foo\.B$/m);
    expect(stdout).toMatch(/^1 accepted, 1 rejected, 0 unfinished, 1 not checked\.$/m);
  });

  it('ends with 0 for a project that Lean accepts, and with 2 for a folder with nothing to check', async () => {
    await using folder = await temporaryFolder();
    expect((await runCommand(['check', folder.path])).exitCode).toBe(2);
    await writeFiles(folder.path, good);
    const { exitCode, stdout } = await runCommand(['check', folder.path, '--format', 'json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'success', accepted: 3 });
  });

  it('watches: elaborates what a saved file changes, and what imports that', async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, { ...good, 'Apart.lean': 'def apart := 1\n' });
    const child = spawn(process.execPath, [program, 'check', '--watch'], {
      cwd: folder.path,
      env: programEnvironment({}),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    const next = async (pattern: RegExp): Promise<string> => {
      await vi.waitFor(() => {
        expect(output).toMatch(pattern);
      }, patience);
      const seen = output;
      output = '';
      return seen;
    };
    await next(/4 modules elaborated/);
    await writeFiles(folder.path, { 'Foo/B.lean': 'import Foo.A\n\ndef b : Nat := a + 2\n' });
    const rejected = await next(/2 modules elaborated/);
    expect(rejected).toContain('Foo.B: accepted');
    expect(rejected).toContain('Foo: rejected');
    expect(rejected).not.toContain('Apart');
    await writeFiles(folder.path, { 'Foo/B.lean': good['Foo/B.lean'] ?? '' });
    expect(await next(/2 modules elaborated/)).toContain('4 accepted, 0 rejected');
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGINT');
    expect((await exited)[0]).toBe(130);
    await expectNoContainers(child.pid ?? 0);
  });
});
