/* What tools/list costs a client, and that it holds nothing that a client of note refuses. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Tool } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { serveHttp } from './support/http-server.ts';
import { startRaw } from './support/raw-server.ts';
import { connect } from './support/server.ts';

/** What clients and the interfaces of models take, in the schema of an argument or a result. */
const known: ReadonlySet<string> = new Set([
  'type',
  'description',
  'enum',
  'items',
  'properties',
  'required',
  'maxItems',
]);

/** Every keyword that some client would stumble on, with its path. */
function unknownKeywords(schema: unknown, path: string, allowed: ReadonlySet<string>): string[] {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return [`${path}: no schema`];
  const { type, properties = {}, items } = schema as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(schema)
      .filter((keyword) => !allowed.has(keyword))
      .map((keyword) => `${path}: ${keyword}`),
    ...(typeof type === 'string' ? [] : [`${path}: not one type`]),
    ...((type === 'array') === (items !== undefined) ? [] : [`${path}: an array without items`]),
    ...Object.entries(properties as object).flatMap(([name, part]) =>
      unknownKeywords(part, `${path}.${name}`, allowed),
    ),
    ...(items === undefined ? [] : unknownKeywords(items, `${path}[]`, allowed)),
  ];
}

function stumblingBlocks(tools: readonly Tool[], allowed = known): string[] {
  return tools.flatMap(({ name, inputSchema, outputSchema }) => [
    ...unknownKeywords(inputSchema, `${name} takes`, allowed),
    ...unknownKeywords(outputSchema, `${name} returns`, allowed),
  ]);
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

describe.concurrent('the schemas of all tools', () => {
  it.each([
    ['a client of 2025', {}],
    ['a client of 2026', { client: { versionNegotiation: { mode: { pin: '2026-07-28' } } } }],
  ])('hold only keywords that everybody takes, for %s on stdio', async (_, options) => {
    await using server = await connect(options);
    const { tools } = await server.client.listTools();
    expect(tools).toHaveLength(13);
    expect(stumblingBlocks(tools)).toEqual([]);
  });

  it.each([
    ['2025', 'legacy' as const, known],
    ['2026, which can send arguments as headers', { pin: '2026-07-28' }, new Set([...known, 'x-mcp-header'])],
  ])('hold only keywords that everybody takes, over HTTP for a client of %s', async (_, mode, allowed) => {
    await using server = await serveHttp();
    const client = new Client({ name: 'e2e', version: '0' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(server.url));
    const { tools } = await client.listTools();
    expect(stumblingBlocks(tools, allowed)).toEqual([]);
    const headers = tools.filter(({ inputSchema }) => JSON.stringify(inputSchema).includes('"x-mcp-header":"Session"'));
    expect(headers).toHaveLength(mode === 'legacy' ? 0 : 9);
    await client.close();
  });

  it('are small: 16 kB for texts and sessions, 2.5 kB for each tool beside them, and half of it for the model', async () => {
    await using server = await startRaw();
    const { result } = await server.request('tools/list', {});
    const tools = (result?.['tools'] ?? []) as Tool[];
    const beside = new Set(['check-batch', 'check-project', 'verify-lean', 'find-declarations']);
    const forModel = ({ name, description, inputSchema }: Tool): unknown => ({ name, description, inputSchema });
    const usual = tools.filter(({ name }) => !beside.has(name));
    expect(bytesOf(usual)).toBeLessThanOrEqual(16_000);
    expect(bytesOf(usual.map(forModel))).toBeLessThanOrEqual(7000);
    for (const tool of tools.filter(({ name }) => beside.has(name))) {
      expect(bytesOf(tool), tool.name).toBeLessThanOrEqual(2500);
      expect(bytesOf(forModel(tool)), tool.name).toBeLessThanOrEqual(1500);
    }
  });

  it('name every outcome, verdict and kind of place once', async () => {
    await using server = await connect();
    const text = JSON.stringify(await server.client.listTools());
    for (const value of ['out-of-memory', 'breaks-other', 'uses-sorry', 'not-tried', 'unsolved-goals', 'term-goal']) {
      expect(text, value).toContain(`"${value}"`);
    }
  });
});
