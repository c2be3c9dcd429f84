import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../core/app-error.ts';
import { BoundedText } from '../core/bounded-text.ts';
import type { StructuredResult } from '../report/structured-result.ts';
import { RpcClient } from './rpc-client.ts';

/** How to start the program as a server. */
export interface ServerCommand {
  /** Arguments for Node. */
  readonly args: readonly string[];
  /** Environment variables on top of this process's. */
  readonly env: Readonly<Record<string, string>>;
}

/** Something whose tools can be called. */
export interface ToolCaller {
  /** Calls a tool. @throws AppError `internal` when the tool reports a failure of the program */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<MeasuredCall>;
}

/** A result, and how long its caller waited. */
export interface MeasuredCall {
  readonly milliseconds: number;
  readonly result: StructuredResult;
}

/** For a server to end once its stdin has ended; the containers of one that is killed end by themselves. */
const patienceMs = 20_000;

/** How much of what a server logs is shown when it fails. */
const keptLogBytes = 4096;

const clientInfo = { name: 'lean-docker-mcp-bench', version: '1' };

/** Our own server as a client sees it: a process with MCP on its stdin and stdout. Disposing ends it and its containers. */
export class MeasuredServer implements ToolCaller, AsyncDisposable {
  /** From the start of the process to the answer to `tools/list`, in milliseconds. */
  readonly startUpMs: number;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #rpc: RpcClient;

  private constructor(child: ChildProcess, rpc: RpcClient, startUpMs: number) {
    this.#child = child;
    this.#rpc = rpc;
    this.pid = child.pid ?? 0;
    this.startUpMs = startUpMs;
  }

  /** @throws AppError `internal` when it ends before it has answered */
  static async start(command: ServerCommand): Promise<MeasuredServer> {
    const startedAt = performance.now();
    const child = spawn(process.execPath, command.args, {
      env: { ...process.env, ...command.env },
      stdio: 'pipe',
    });
    const log = new BoundedText(keptLogBytes);
    child.stderr.on('data', (bytes: Buffer) => {
      log.append(bytes);
    });
    const rpc = new RpcClient(child.stdin, child.stdout, () => log.kept().text);
    await rpc.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    rpc.notify('notifications/initialized');
    await rpc.request('tools/list', {});
    return new MeasuredServer(child, rpc, performance.now() - startedAt);
  }

  async call(tool: string, args: Readonly<Record<string, unknown>>): Promise<MeasuredCall> {
    const startedAt = performance.now();
    const answer = (await this.#rpc.request('tools/call', { name: tool, arguments: args })) as {
      readonly isError?: boolean;
      readonly structuredContent?: StructuredResult;
      readonly content?: readonly { readonly text?: string }[];
    };
    const milliseconds = performance.now() - startedAt;
    if (answer.isError === true || answer.structuredContent === undefined) {
      throw new AppError('internal', `${tool} failed: ${answer.content?.[0]?.text ?? 'no result'}`);
    }
    return { milliseconds, result: answer.structuredContent };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    const killing = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await exited;
    clearTimeout(killing);
  }
}
