/* Setting clients up, as a person does it: what is shown, asked, and written, in a home folder of its own. */
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, type CommandResult } from './support/command.ts';

const entry = { command: 'npx', args: ['-y', 'lean-docker-mcp'] };
const clientsPage = path.join(import.meta.dirname, '..', '..', 'docs', 'clients.md');

interface Home extends AsyncDisposable {
  readonly path: string;
  readonly cursor: string;
  readonly init: (args: readonly string[], answer?: string, env?: Record<string, string>) => Promise<CommandResult>;
}

async function home(): Promise<Home> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder.path, '.cursor'));
  return {
    path: folder.path,
    cursor: path.join(folder.path, '.cursor', 'mcp.json'),
    init: (args, answer = '', env = {}) =>
      runCommand(['init', ...args], {
        cwd: folder.path,
        env: { HOME: folder.path, ...env },
        without: ['DOCKER_HOST', 'XDG_CONFIG_HOME'].filter((name) => !(name in env)),
        stdin: answer,
      }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

describe.concurrent('init', () => {
  it('shows the change, and makes it after a yes', async () => {
    await using at = await home();
    const { exitCode, stdout, stderr } = await at.init(['cursor'], 'y\n');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`+++ ${at.cursor}\n`);
    expect(stdout).toContain('+    "lean": {');
    expect(stderr).toContain('Write this? [y/N]');
    expect(await readJson(at.cursor)).toEqual({ mcpServers: { lean: entry } });
    expect(await readdir(path.dirname(at.cursor))).toEqual(['mcp.json']);
  });

  it('changes nothing after a no', async () => {
    await using at = await home();
    const { exitCode, stderr } = await at.init(['cursor'], 'n\n');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Nothing was changed.');
    expect(await readdir(path.dirname(at.cursor))).toEqual([]);
  });

  it('changes nothing without an answer, and does not call that a success', async () => {
    await using at = await home();
    const { exitCode, stderr } = await at.init(['cursor']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--yes');
    expect(await readdir(path.dirname(at.cursor))).toEqual([]);
  });

  it('keeps everything else of a file, its permissions, and the link that it is', async () => {
    await using at = await home();
    const real = path.join(at.path, 'dotfiles.json');
    await writeFile(real, '{\n  // mine\n  "mcpServers": {\n    "other": { "command": "x" } // first\n  }\n}\n');
    await chmod(real, 0o600);
    await symlink(real, at.cursor);
    const { exitCode, stdout } = await at.init(['cursor', '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('-    "other": { "command": "x" } // first\n+    "other": { "command": "x" }, // first\n');
    expect((await lstat(at.cursor)).isSymbolicLink()).toBe(true);
    expect((await stat(real)).mode & 0o777).toBe(0o600);
    const text = await readFile(real, 'utf8');
    expect(text).toContain(
      '{\n  // mine\n  "mcpServers": {\n    "other": { "command": "x" }, // first\n    "lean": {\n',
    );
  });

  it('has nothing to do a second time', async () => {
    await using at = await home();
    await at.init(['vscode', '--yes']);
    const { exitCode, stdout, stderr } = await at.init(['vscode']);
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toContain('VS Code has this server already');
  });

  it('writes into the project on request', async () => {
    await using at = await home();
    for (const client of ['claude-code', 'cursor', 'vscode']) {
      expect((await at.init([client, '--project', '--yes'])).exitCode).toBe(0);
    }
    expect(await readJson(path.join(at.path, '.mcp.json'))).toEqual({ mcpServers: { lean: entry } });
    expect(await readJson(at.cursor)).toEqual({ mcpServers: { lean: entry } });
    const vscode = await readJson(path.join(at.path, '.vscode', 'mcp.json'));
    expect(vscode).toEqual({ servers: { lean: { type: 'stdio', ...entry } } });
  });

  it('knows no project for Claude Desktop, and says so', async () => {
    await using at = await home();
    const { exitCode, stderr } = await at.init(['claude-desktop', '--project']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Claude Desktop has no configuration of a project.');
  });

  it('refuses to replace another server of the same name, and takes another name', async () => {
    await using at = await home();
    const other = { mcpServers: { lean: { command: 'uvx', args: ['lean-lsp-mcp'] } } };
    await writeFile(at.cursor, JSON.stringify(other));
    const refused = await at.init(['cursor', '--yes']);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('has another server named "lean"');
    expect(await readJson(at.cursor)).toEqual(other);
    expect((await at.init(['cursor', '--yes', '--name', 'lean-docker'])).exitCode).toBe(0);
    expect(await readJson(at.cursor)).toEqual({ mcpServers: { ...other.mcpServers, 'lean-docker': entry } });
  });

  it('gives the server variables, and says when DOCKER_HOST would be missed', async () => {
    await using at = await home();
    const env = { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' };
    expect((await at.init(['cursor', '--print'], '', env)).stderr).toContain('--env DOCKER_HOST');
    const given = ['--env', 'DOCKER_HOST', 'LEAN_DOCKER_MCP_TIMEOUT=10'];
    expect((await at.init(['cursor', '--yes', ...given], '', env)).exitCode).toBe(0);
    const wanted = { ...entry, env: { ...env, LEAN_DOCKER_MCP_TIMEOUT: '10' } };
    expect(await readJson(at.cursor)).toEqual({ mcpServers: { lean: wanted } });
    const unset = await at.init(['cursor', '--yes', '--env', 'NOT_SET_ANYWHERE']);
    expect([unset.exitCode, unset.stderr]).toEqual([2, expect.stringContaining('--env NOT_SET_ANYWHERE')]);
  });

  it('refuses a file that is not valid, and leaves it alone', async () => {
    await using at = await home();
    await writeFile(at.cursor, '{ "mcpServers": {');
    const { exitCode, stderr } = await at.init(['cursor', '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/mcp\.json is not valid JSON: CloseBraceExpected at line 1, column \d+/);
    expect(await readFile(at.cursor, 'utf8')).toBe('{ "mcpServers": {');
  });

  it('writes the file of Codex, with times that suffice, and loses nothing of it', async () => {
    await using at = await home();
    const file = path.join(at.path, '.codex', 'config.toml');
    await mkdir(path.dirname(file));
    const mine = '# mine\nmodel = "gpt" # this one\n\n[mcp_servers.other]\ncommand = "x"\n';
    await writeFile(file, mine);
    const { exitCode, stdout } = await at.init(['codex', '--yes']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('+[mcp_servers.lean]')]);
    const text = await readFile(file, 'utf8');
    expect(text.startsWith(mine)).toBe(true);
    expect(text).toMatch(/\nstartup_timeout_sec = 60\ntool_timeout_sec = 600\n$/);
    expect((await at.init(['codex', '--yes'])).stderr).toContain('has this server already');
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it.each([
    ['gemini', '.gemini/settings.json', 'mcpServers'],
    ['zed', '.config/zed/settings.json', 'context_servers'],
    ['windsurf', '.codeium/windsurf/mcp_config.json', 'mcpServers'],
    ['jetbrains', '.junie/mcp/mcp.json', 'mcpServers'],
    ['lm-studio', '.lmstudio/mcp.json', 'mcpServers'],
  ])('writes the file of %s', async (client, file, section) => {
    await using at = await home();
    expect((await at.init([client, '--yes'])).exitCode).toBe(0);
    expect(await readJson(path.join(at.path, file))).toEqual({ [section]: { lean: entry } });
  });

  it('writes an entry that starts without any PATH, when that is asked for', async () => {
    await using at = await home();
    expect((await at.init(['cursor', '--yes', '--absolute'])).exitCode).toBe(0);
    const { mcpServers } = (await readJson(at.cursor)) as { mcpServers: { lean: typeof entry } };
    const { command, args } = mcpServers.lean;
    expect([command, ...args].map((word) => path.isAbsolute(word))).toEqual([true, true]);
    const transport = new StdioClientTransport({ command, args, env: { PATH: '', HOME: at.path }, stderr: 'ignore' });
    const client = new Client({ name: 'e2e', version: '0' });
    await client.connect(transport);
    expect(client.getServerVersion()?.name).toBe('lean-docker-mcp');
    await client.close();
    expect((await at.init(['cursor', '--yes', '--absolute'])).stderr).toContain('has this server already');
  });

  it('lets the command of Claude Code do its part', async () => {
    await using at = await home();
    const bin = path.join(at.path, 'bin');
    const seen = path.join(at.path, 'seen');
    await mkdir(bin);
    await writeFile(path.join(bin, 'claude'), `#!/bin/sh\nprintf '%s\\n' "$@" > ${seen}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const { exitCode, stdout } = await at.init(['claude-code'], 'yes\n', env);
    expect([exitCode, stdout]).toEqual([0, 'claude mcp add lean --scope user -- npx -y lean-docker-mcp\n']);
    const args = (await readFile(seen, 'utf8')).trim().split('\n');
    expect(args).toEqual(['mcp', 'add', 'lean', '--scope', 'user', '--', 'npx', '-y', 'lean-docker-mcp']);
  });

  it('shows the command of Claude Code where there is none', async () => {
    await using at = await home();
    const { exitCode, stdout, stderr } = await at.init(['claude-code', '--yes'], '', { PATH: at.path });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('claude mcp add lean');
    expect(stderr).toContain('could not be started');
  });

  it('prints what the documentation shows', async () => {
    await using at = await home();
    const text = await readFile(clientsPage, 'utf8');
    const shown = [...text.matchAll(/```json\n([^]*?)\n```/g)].map(([, json = '']) => JSON.parse(json) as unknown);
    for (const client of ['claude-desktop', 'cursor', 'vscode']) {
      const { stdout } = await at.init([client, '--print']);
      expect(shown).toContainEqual(JSON.parse(stdout));
    }
    expect(text).toContain('claude mcp add lean -- npx -y lean-docker-mcp\n');
  });
});
