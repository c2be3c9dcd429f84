/* What the tools take and return, as Markdown; read from a server of ours over the protocol, as any client reads it. */
import { Client, InMemoryTransport, type Tool } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { wireApp } from '../src/app/wire-app.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { createMcpServer } from '../src/mcp/create-mcp-server.ts';
import { commonFields } from '../src/report/result-parts.ts';
import { announceInputs } from '../src/mcp/announced-schema.ts';
import { allTools } from '../src/mcp/tools/all-tools.ts';
import { table } from './markdown-table.ts';
import { schemaRows } from './schema-rows.ts';

/** The tools of a server with the default configuration, as `tools/list` gives them. */
export async function listTools(): Promise<readonly Tool[]> {
  const config = await loadConfig({ env: {}, homeDir: '/nonexistent' });
  // Connects to nothing before a tool is called.
  await using app = wireApp(config, { purpose: 'command' });
  const server = createMcpServer({ name: 'lean-docker-mcp', version: '0.0.0' }, app, { era: 'legacy', lasts: false });
  const [clientEnd, serverEnd] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'documentation', version: '0.0.0' });
  await Promise.all([server.connect(serverEnd), client.connect(clientEnd)]);
  const { tools } = await client.listTools();
  await client.close();
  return tools;
}

/** One row a tool: its name, what it takes, and the first sentence of its description. */
export async function toolTable(): Promise<string> {
  const rows = (await listTools()).map(({ name, description = '', inputSchema }) => {
    const required = new Set(inputSchema.required);
    const takes = Object.keys(inputSchema.properties ?? {}).map((key) => `\`${key}${required.has(key) ? '' : '?'}\``);
    return [`[\`${name}\`](#${name})`, takes.join(', '), description.replace(/(?<=\.) .*$/s, '')];
  });
  return table(['Tool', 'Takes', 'What it does'], rows);
}

/** A tool's description, annotations and arguments. */
export async function toolReference(name: string): Promise<string> {
  const { title, description, annotations } = await findTool(name);
  // By itself: what several tools take is announced with the first of them.
  const [inputSchema] = announceInputs([definitionOf(name)]);
  const hints = Object.entries(annotations ?? {}).map(([hint, value]) => `\`${hint}: ${String(value)}\``);
  return [
    `**${title ?? name}.** ${description ?? ''}`,
    `Annotations: ${hints.join(', ')}.`,
    table(['Argument', 'Type', 'Required', 'Meaning'], schemaRows(inputSchema)),
  ].join('\n\n');
}

/** The fields of a tool's structured result. */
export function resultReference(name: string): string {
  // Not what is announced, which tells nothing twice.
  const { output } = definitionOf(name);
  return table(
    ['Field', 'Type', 'Always there', 'Meaning'],
    schemaRows(z.toJSONSchema(output.extend(commonFields), { io: 'output' })),
  );
}

function definitionOf(name: string): (typeof allTools)[number] {
  const tool = allTools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  return tool;
}

async function findTool(name: string): Promise<Tool> {
  const tool = (await listTools()).find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  return tool;
}
