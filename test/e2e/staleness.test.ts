/* A server that goes on while the package or the image it was started from is replaced. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { engine, patience } from './support/containers.ts';
import { program, programEnvironment } from './support/environment.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** What is said of the server in the results of calls until something is. */
async function noticeFrom(client: Client): Promise<string> {
  return await vi.waitFor(async () => {
    const { structuredContent, content } = await client.callTool({ name: 'list-sessions', arguments: {} });
    const { notice } = structuredContent as { notice?: string };
    if (notice === undefined) throw new Error('nothing is said');
    expect(JSON.stringify(content)).toContain(notice);
    return notice;
  }, patience);
}

it('says so in its next result, once, and whenever it is asked what is installed', async () => {
  await using folder = await temporaryFolder();
  const installed = path.join(folder.path, 'lean-docker-mcp');
  await mkdir(installed);
  await cp(path.dirname(program), path.join(installed, 'dist', 'cli'), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(installed, 'node_modules'));
  const facts = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const write = (version: string): Promise<void> =>
    writeFile(path.join(installed, 'package.json'), JSON.stringify({ ...facts, version }));
  await write(facts.version);

  const docker = await engine();
  const variables = programEnvironment({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' });
  const image = variables['LEAN_DOCKER_MCP_IMAGE'] ?? 'lean-docker-mcp:latest';
  const own = 'lean-docker-mcp-staleness:test';
  await docker.getImage(image).tag({ repo: 'lean-docker-mcp-staleness', tag: 'test' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.join(installed, 'dist', 'cli', 'main.js')],
    env: { ...variables, LEAN_DOCKER_MCP_IMAGE: own },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'e2e', version: '0' });
  await client.connect(transport);
  const first = await client.callTool({ name: 'list-sessions', arguments: {} });
  expect(first.structuredContent).toEqual({ sessions: [] });

  await write('99.0.0');
  const notice = await noticeFrom(client);
  expect(notice).toContain(
    `This server is lean-docker-mcp ${facts.version}, and 99.0.0 is installed by now: restart it`,
  );
  const again = await client.callTool({ name: 'list-sessions', arguments: {} });
  expect(again.structuredContent).toEqual({ sessions: [] });
  const { contents } = await client.readResource({ uri: 'lean://installation' });
  expect(JSON.stringify(contents)).toContain('99.0.0 is installed by now');

  await docker.getImage(own).remove();
  expect(await noticeFrom(client)).toContain(`The image ${own} is gone: the next call that needs it builds it`);
  await client.close();
});
