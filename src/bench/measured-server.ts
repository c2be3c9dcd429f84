import { RpcClient } from './rpc-client.ts';
import { endServer, startServer, type ServerCommand, type ServerProcess } from './server-process.ts';
import { clientInfo, timeCall, type MeasuredCall, type ToolCaller } from './tool-caller.ts';

/** Our own server as a client sees it: a process with MCP on its stdin and stdout. Disposing ends it and its containers. */
export class MeasuredServer implements ToolCaller, AsyncDisposable {
  /** From the start of the process to the answer to `tools/list`, in milliseconds. */
  readonly startUpMs: number;
  readonly pid: number;
  readonly #process: ServerProcess;
  readonly #rpc: RpcClient;

  private constructor(server: ServerProcess, rpc: RpcClient, startUpMs: number) {
    this.#process = server;
    this.#rpc = rpc;
    this.pid = server.child.pid ?? 0;
    this.startUpMs = startUpMs;
  }

  /** @throws AppError `internal` when it ends before it has answered */
  static async start(command: ServerCommand): Promise<MeasuredServer> {
    const startedAt = performance.now();
    const server = startServer(command);
    const rpc = new RpcClient(server.child.stdin, server.child.stdout, server.readLog);
    await rpc.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    rpc.notify('notifications/initialized');
    await rpc.request('tools/list', {});
    return new MeasuredServer(server, rpc, performance.now() - startedAt);
  }

  async call(tool: string, args: Readonly<Record<string, unknown>>): Promise<MeasuredCall> {
    return await timeCall(tool, () => this.#rpc.request('tools/call', { name: tool, arguments: args }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#process, () => this.#process.child.stdin.end());
  }
}
