/** The program as an MCP server, and a client that talks to it. */
import './diagnostics-matcher.ts';
import { Client, type CallToolResult, type Progress, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'vitest';
import { expectNoContainers } from './containers.ts';
import { asVariables, program, programEnvironment, type Variables } from './environment.ts';
import { checkedResult, type StructuredResult } from './structured-result.ts';

export interface ServerOptions {
  /** As for `asVariables`. */
  readonly settings?: Variables;
  readonly env?: Variables;
  /** Variables that it does not get. */
  readonly without?: readonly string[];
  /** The command line. Default: none, as clients start it. */
  readonly args?: readonly string[];
  readonly client?: ClientOptions;
  /** Options of node itself. */
  readonly node?: readonly string[];
}

/** Arguments of the execution tools. */
export interface ExecutionArguments {
  readonly code: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly timeout?: number;
  readonly files?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: Progress) => void;
}

/** A running server. Disposing ends its stdin, and fails when it leaves a container behind. */
export interface TestServer extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  /** What it has written to stderr so far. */
  readonly log: () => string;
  readonly startedAt: Date;
  /** Calls a tool, and gives whatever comes back. */
  call(tool: string, args: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<CallToolResult>;
  /** Calls execute-lean with arguments it can use. */
  execute(input: string | ExecutionArguments, options?: CallOptions): Promise<StructuredResult>;
  /** Calls execute-lean-persistent with arguments it can use. */
  step(
    input: string | (ExecutionArguments & { readonly session_id?: string | undefined }),
    sessionId?: string,
    options?: CallOptions,
  ): Promise<StructuredResult & { readonly session_id: string; readonly step: number }>;
  /** The text of a call that must be refused with `isError`. */
  refusal(tool: string, args: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Starts the program and connects to it. */
export async function connect({
  settings = {},
  env = {},
  without = [],
  args = [],
  client: clientOptions,
  node = [],
}: ServerOptions = {}): Promise<TestServer> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...node, program, ...args],
    env: programEnvironment({ ...asVariables(settings), ...env }, without),
    stderr: 'pipe',
  });
  let log = '';
  transport.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const startedAt = new Date();
  const client = new Client({ name: 'e2e', version: '0' }, clientOptions);
  await client.connect(transport);
  // The client checks results against output schemas that it has seen.
  const { tools } = await client.listTools();
  // Both execution tools return the same.
  const announced = tools.find(({ name }) => name === 'execute-lean')?.outputSchema?.['properties'] ?? {};
  const outputFields = new Set(Object.keys(announced));
  const pid = transport.pid ?? 0;

  const call: TestServer['call'] = async (name, args, options = {}) =>
    await client.callTool({ name, arguments: args }, { timeout: 300_000, ...options });
  return {
    client,
    pid,
    startedAt,
    log: () => log,
    call,
    execute: async (input, options) =>
      checkedResult(
        await call('execute-lean', typeof input === 'string' ? { code: input } : { ...input }, options),
        outputFields,
      ),
    step: async (input, sessionId, options) => {
      const args = { ...(typeof input === 'string' ? { code: input } : input), session_id: sessionId };
      const result = checkedResult(await call('execute-lean-persistent', args, options), outputFields);
      const { session_id, step } = result;
      if (session_id === undefined || step === undefined) throw new Error('the result does not name its session');
      return { ...result, session_id, step };
    },
    refusal: async (tool, args) => {
      const { isError, content } = await call(tool, args);
      const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
      expect(isError, text).toBe(true);
      return text;
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await expectNoContainers(pid);
    },
  };
}
