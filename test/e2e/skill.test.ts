/* The skill: that it is short, is the same wherever it is read, and that every call and command in it works as it says. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from './support/command.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();
const root = path.join(import.meta.dirname, '..', '..');

async function printed(): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(['skill'], { without: ['DOCKER_HOST'] });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

function blocks(text: string, language: string): string[] {
  const found = text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return [...found].map(([, content = '']) => content.trim());
}

describe('the skill', () => {
  it('has front matter by which clients choose it, and is short', async () => {
    const text = await printed();
    const [, front = ''] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
    const { name, description, ...rest } = parse(front) as Readonly<Record<string, string>>;
    expect(name).toBe('lean-docker-mcp');
    expect(description?.length).toBeLessThanOrEqual(1024);
    for (const word of ['Lean 4', 'theorem', 'sorry', 'proof']) expect(description).toContain(word);
    expect(rest).toEqual({});
    expect(Buffer.byteLength(text)).toBeLessThan(5000);
  });

  it('is also a resource and a prompt', async () => {
    const text = await printed();
    const { resources } = await server().client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain('skill://lean-docker-mcp/SKILL.md');
    const { contents } = await server().client.readResource({ uri: 'skill://lean-docker-mcp/SKILL.md' });
    expect(contents).toMatchObject([{ mimeType: 'text/markdown', text }]);
    const { messages } = await server().client.getPrompt({ name: 'lean-skill' });
    expect(text.endsWith((messages[0]?.content as { text: string }).text)).toBe(true);
  });

  it('names tools, resources and outcomes that there are, and all of them', async () => {
    const text = await printed();
    const { tools } = await server().client.listTools();
    for (const { name } of tools) if (name !== 'list-sessions') expect(text, name).toContain(`\`${name}\``);
    const { outcome } = tools[0]?.outputSchema?.['properties'] as { outcome: { enum: string[] } };
    for (const value of outcome.enum) expect(text, value).toContain(`\`${value}\``);
    const { resources } = await server().client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain('lean://installation');
  });

  it('shows calls that do what it says of them', async () => {
    const calls = blocks(await printed(), 'json').map(
      (json) => JSON.parse(json) as { tool: string; arguments: object },
    );
    expect(calls.map(({ tool }) => tool)).toEqual([
      'execute-lean',
      'try-tactics',
      'execute-lean',
      'verify-lean',
      'inspect-lean',
    ]);
    const results = [];
    for (const call of calls) {
      results.push((await server().call(call.tool, { ...call.arguments })).structuredContent);
    }
    expect(results).toMatchObject([
      { status: 'success', goals: [{ sorry: 1 }] },
      {
        status: 'success',
        closed: [3],
        attempts: [{ result: 'goals-left' }, { result: 'failed' }, { result: 'closed' }],
      },
      { status: 'success' },
      { status: 'success', results: [{ verdict: 'verified' }] },
      { status: 'success', found: true, goals_before: [{ target: 'q ∧ p' }] },
    ]);
    expect(JSON.stringify(results[2])).not.toContain('sorry');
  });

  it('shows commands that work', async () => {
    const commands = blocks(await printed(), 'sh').flatMap((block) => block.split('\n'));
    expect(commands.length).toBeGreaterThan(0);
    for (const line of commands) {
      const [command, ...args] = line.split(' ');
      expect(command).toBe('lean-docker-mcp');
      const { exitCode, stderr } = await runCommand(args, { cwd: root });
      expect(exitCode, `${line}\n${stderr}`).toBe(0);
    }
  });
});
