/* The bundle as a client installs it: unpacked into a folder of its own, and started as its manifest says. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { getMcpConfigForManifest, v0_3 } from '@anthropic-ai/mcpb';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { programEnvironment } from './support/environment.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');
const mcpb = path.join(root, 'node_modules', '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');
const jiti = path.join(root, 'node_modules', 'jiti', 'lib', 'jiti-cli.mjs');

it('is packed by the official tool, and runs Lean from where a client unpacks it', async () => {
  await using home = await temporaryFolder();
  const file = path.join(home.path, 'lean.mcpb');
  const folder = path.join(home.path, 'installed');
  const packed = await run(process.execPath, [jiti, path.join(root, 'scripts/bundle-mcpb.ts'), file]);
  expect(packed.stderr).toContain('Manifest schema validation passes!');
  await run(process.execPath, [mcpb, 'unpack', file, folder]);
  await run(process.execPath, ['--input-type=module', '--eval', "await import('undici')"], { cwd: folder });

  const manifest = v0_3.McpbManifestSchema.parse(
    JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')),
  );
  const config = await getMcpConfigForManifest({
    manifest,
    extensionPath: folder,
    systemDirs: {},
    userConfig: { docker_host: process.env['DOCKER_HOST'] ?? '', timeout: 50 },
    pathSeparator: path.sep,
  });
  if (config === undefined) throw new Error('the manifest does not say how to start it');
  expect(config.env).toMatchObject({ LEAN_DOCKER_MCP_TIMEOUT: '50', LEAN_DOCKER_MCP_MEMORY_LIMIT: 'auto' });

  const client = new Client({ name: 'bundle-test', version: '0' });
  const { command, args = [], env = {} } = config;
  await client.connect(new StdioClientTransport({ command, args, cwd: home.path, env: programEnvironment(env) }));
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(manifest.tools?.map(({ name }) => name));
    expect(client.getServerVersion()?.version).toBe(manifest.version);
    const { structuredContent } = await client.callTool(
      { name: 'execute-lean', arguments: { code: '#eval 1\n' } },
      { timeout: 300_000 },
    );
    expect(structuredContent).toMatchObject({ status: 'success', diagnostics: [{ message: '1' }] });
  } finally {
    await client.close();
  }
});
