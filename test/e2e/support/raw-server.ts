/** The program as an MCP server, spoken to line by line, without a client that could tidy up what it says or does. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { vi } from 'vitest';
import { expectNoContainers, patience } from './containers.ts';
import { asVariables, program, programEnvironment, type Variables } from './environment.ts';

/** A message as it came. */
export interface RawMessage {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>>;
}

type RawProcess = ChildProcessByStdio<Writable, Readable, Readable | null>;

export interface RawServerOptions {
  readonly settings?: Variables;
  readonly args?: readonly string[];
  readonly initialize?: false;
  /** What it gets for stderr; default: what `log` reads. */
  readonly stderr?: number;
  /** Options of node itself. */
  readonly node?: readonly string[];
}

/** A running server. Disposing kills it, and fails when a container is left. */
export interface RawServer extends AsyncDisposable {
  readonly process: RawProcess;
  readonly pid: number;
  /** The lines on stdout so far. */
  readonly lines: readonly string[];
  readonly log: () => string;
  /** Waits for its end. @returns exit code and signal */
  ended(): Promise<readonly [number | null, NodeJS.Signals | null]>;
  /** Writes a line. */
  write(line: string): void;
  /** Sends a request and waits for its answer. */
  request(method: string, params: object): Promise<RawMessage>;
  /** Sends a request whose answer nobody waits for. */
  send(method: string, params: object): void;
}

/** Starts the program, which makes few containers ahead of calls; with `initialize` done, unless that is not wanted. */
export async function startRaw(options: RawServerOptions = {}): Promise<RawServer> {
  const env = programEnvironment(asVariables({ POOL_SIZE: '2', ...options.settings }));
  const stdio = ['pipe', 'pipe', options.stderr ?? 'pipe'] as const;
  const child = spawn(process.execPath, [...(options.node ?? []), program, ...(options.args ?? [])], {
    env,
    stdio: [...stdio],
  }) as RawProcess;
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  const lines: string[] = [];
  let log = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;

  let lastId = 0;
  const write = (line: string): void => {
    child.stdin.write(`${line}\n`);
  };
  const send = (method: string, params: object): void => {
    lastId += 1;
    write(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
  };
  const answerTo = (id: number): RawMessage => {
    const answer = lines.map(parse).find((message) => message.id === id && message.method === undefined);
    if (answer === undefined) throw new Error(`request ${id} was not answered; the log is:\n${log}`);
    return answer;
  };
  const request = async (method: string, params: object): Promise<RawMessage> => {
    send(method, params);
    const id = lastId;
    return await vi.waitFor(() => answerTo(id), patience);
  };

  if (options.initialize !== false) {
    const clientInfo = { name: 'e2e', version: '0' };
    await request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
  }
  return {
    process: child,
    pid,
    lines,
    log: () => log,
    ended: async () => {
      await vi.waitFor(() => {
        if (child.exitCode === null && child.signalCode === null) throw new Error(`it still runs; the log is:\n${log}`);
      }, patience);
      return await exited;
    },
    write,
    request,
    send,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      await expectNoContainers(pid);
    },
  };
}

function parse(line: string): RawMessage {
  try {
    return JSON.parse(line) as RawMessage;
  } catch {
    return {};
  }
}
