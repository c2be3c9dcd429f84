import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { messageOf } from '../src/core/app-error.ts';
import { pause } from './pause.ts';
import { keepLog, patienceMs, serverEnded, type ServerCommand } from './server-process.ts';
import { callerOf, clientInfo, type ToolCaller } from './tool-caller.ts';

/** Our own server as a client sees it: a process with MCP on its stdin and stdout. Disposing ends it and its containers. */
export class MeasuredServer implements ToolCaller, AsyncDisposable {
  /** From the start of the process to the answer to `tools/list`, in milliseconds. */
  readonly startUpMs: number;
  readonly pid: number;
  readonly call: ToolCaller['call'];
  readonly #client: Client;
  readonly #closed: Promise<void>;

  private constructor(client: Client, pid: number, readLog: () => string, startUpMs: number) {
    this.#client = client;
    this.#closed = new Promise((resolve) => {
      client.onclose = resolve;
    });
    this.pid = pid;
    this.call = callerOf(client, readLog).call;
    this.startUpMs = startUpMs;
  }

  /** @throws AppError `internal` when it ends before it has answered */
  static async start({ args, env }: ServerCommand): Promise<MeasuredServer> {
    const startedAt = performance.now();
    const command = { command: process.execPath, args: [...args], env: { ...env } };
    const transport = new StdioClientTransport({ ...command, stderr: 'pipe' });
    const readLog = keepLog(transport.stderr as Readable);
    const client = new Client(clientInfo, { versionNegotiation: { mode: 'legacy' } });
    try {
      await client.connect(transport);
      await client.listTools();
    } catch (error) {
      throw serverEnded(`${messageOf(error)}\n${readLog()}`);
    }
    return new MeasuredServer(client, transport.pid ?? 0, readLog, performance.now() - startedAt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The client gives a server two seconds after its stdin has ended, in which not all containers need be gone.
    process.kill(this.pid, 'SIGTERM');
    await Promise.race([this.#closed, pause(patienceMs)]);
    await this.#client.close();
  }
}
