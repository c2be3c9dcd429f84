/** Clients of both protocols over HTTP, from both generations of the official library. */
import { Client as NewClient, StreamableHTTPClientTransport as NewTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { StructuredResult } from '../../../src/report/structured-result.ts';

/** What tests want of a client, whichever it is. */
export interface HttpClient extends AsyncDisposable {
  /** The tools that it is offered. */
  readonly toolNames: () => Promise<string[]>;
  /** What reading a resource fails with. */
  readFailure(uri: string): Promise<string>;
  call(tool: string, args: Readonly<Record<string, unknown>>, options?: { signal?: AbortSignal }): Promise<ToolAnswer>;
}

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: StructuredResult & Readonly<Record<string, unknown>>;
}

export type ClientKind = 'new client, 2026' | 'new client, 2025' | 'old client';
export const clientKinds: readonly ClientKind[] = ['new client, 2026', 'new client, 2025', 'old client'];

const longWait = 300_000;

/** Connects a client. */
export async function connectHttp(kind: ClientKind, url: URL, token?: string): Promise<HttpClient> {
  const requestInit = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  if (kind === 'old client') {
    const client = new OldClient({ name: 'e2e', version: '0' });
    await client.connect(new OldTransport(url, { requestInit }));
    return {
      call: async (name, args, options) =>
        toAnswer(await client.callTool({ name, arguments: args }, undefined, { timeout: longWait, ...options })),
      readFailure: (uri) => failureOf(client.readResource({ uri })),
      toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
      [Symbol.asyncDispose]: () => client.close(),
    };
  }
  const mode = kind === 'new client, 2026' ? { pin: '2026-07-28' } : 'legacy';
  const client = new NewClient({ name: 'e2e', version: '0' }, { versionNegotiation: { mode } });
  await client.connect(new NewTransport(url, { requestInit }));
  // Tells the client which arguments go into headers, too.
  await client.listTools();
  return {
    call: async (name, args, options) =>
      toAnswer(await client.callTool({ name, arguments: args }, { timeout: longWait, ...options })),
    readFailure: (uri) => failureOf(client.readResource({ uri })),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function toAnswer(result: unknown): ToolAnswer {
  const { isError, content, structuredContent } = result as {
    isError?: boolean;
    content: { type: string; text?: string }[];
    structuredContent?: ToolAnswer['structured'];
  };
  return {
    isError: isError ?? false,
    text: content.map(({ text }) => text ?? '').join('\n'),
    structured: structuredContent ?? ({} as ToolAnswer['structured']),
  };
}

async function failureOf(reading: Promise<unknown>): Promise<string> {
  return await reading.then(
    (content) => `read ${JSON.stringify(content)}`,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
