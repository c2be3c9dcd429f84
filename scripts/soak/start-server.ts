/** The built program, started to be tried hard: over stdio with one client, or over HTTP with a new client for each call. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Client, StreamableHTTPClientTransport, type CallToolResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export interface StartedServer {
  readonly pid: number;
  /** The lines on stderr. */
  readonly log: Interface;
  readonly call: (
    tool: string,
    args: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ) => Promise<CallToolResult>;
  /** Has it answer something that needs no sandbox. @returns how long that took, in milliseconds */
  readonly touch: () => Promise<number>;
  /** Resolves when its process is gone, however it ended. */
  readonly ended: Promise<void>;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
}

const preload = path.join(import.meta.dirname, 'tell-live-memory.mjs');
const canaryProgram = path.join(import.meta.dirname, 'canary.mjs');
const nodeArguments = ['--expose-gc', '--import', preload, 'dist/cli/main.js'];
const environment = (): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  LEAN_DOCKER_MCP_MEMORY_LIMIT: '512m',
});
const clientInfo = { name: 'soak', version: '0' };
/** A call that is never answered stops the soak. */
const timeout = 3_600_000;

export async function startOnStdio(): Promise<StartedServer> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: nodeArguments,
    env: environment(),
    stderr: 'pipe',
  });
  const log = createInterface({ input: transport.stderr as Readable });
  const client = new Client(clientInfo);
  const ended = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  await client.connect(transport);
  return {
    pid: transport.pid ?? 0,
    log,
    touch: async () => {
      const startedAt = performance.now();
      await client.ping({ timeout });
      return performance.now() - startedAt;
    },
    ended,
    call: (name, args, signal) => client.callTool({ name, arguments: args }, { timeout, ...(signal && { signal }) }),
    stop: () => client.close(),
  };
}

/** Server and canary are sessions of their own for the system, as on machines of their own: it shares CPUs between these. */
export async function startOnHttp(): Promise<StartedServer> {
  const child = spawn(process.execPath, [...nodeArguments, 'serve', '--http', '0'], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  process.once('exit', () => child.kill());
  const log = createInterface({ input: child.stderr });
  const exited = once(child, 'exit');
  const url = await new Promise<URL>((resolve) => {
    log.on('line', (line) => {
      const [, found] = /"url":"([^"]+)"/.exec(line) ?? [];
      if (found !== undefined) resolve(new URL(found));
    });
  });
  const canary = fork(canaryProgram, { execArgv: [], detached: true });
  const canaryFell = once(canary, 'exit').then(() => {
    throw new Error('the canary’s process has ended');
  });
  canaryFell.catch(() => undefined);
  let calls = 0;
  return {
    pid: child.pid ?? 0,
    log,
    touch: async () => {
      const answered = once(canary, 'message');
      canary.send(new URL('/healthz', url).href);
      const [waited] = (await Promise.race([answered, canaryFell])) as [number];
      return waited;
    },
    ended: exited.then(() => undefined),
    call: async (name, args, signal) => {
      calls += 1;
      // In turns, clients that connect first and clients that do not.
      const mode = calls % 2 === 0 ? { pin: '2026-07-28' } : 'legacy';
      const client = new Client(clientInfo, { versionNegotiation: { mode } });
      const transport = new StreamableHTTPClientTransport(url);
      await client.connect(transport);
      try {
        return await client.callTool({ name, arguments: args }, { timeout, ...(signal && { signal }) });
      } finally {
        if (mode === 'legacy') await transport.terminateSession();
        await client.close();
      }
    },
    stop: async () => {
      canary.disconnect();
      child.kill('SIGTERM');
      await exited;
    },
  };
}
