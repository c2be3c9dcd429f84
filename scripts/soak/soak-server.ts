/** A server for a soak: the built program over stdio, which also tells what it has in use. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { Client, type CallToolResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type Docker from 'dockerode';
import { labelPrefix } from '../../src/sandbox/docker/container-spec.ts';
import type { Vitals } from './vitals.ts';

const preload = path.join(import.meta.dirname, 'tell-live-memory.mjs');
/** A call that is never answered stops the soak. */
const callLimitMs = 3_600_000;

/** A running server. Disposing ends it. */
export class SoakServer implements AsyncDisposable {
  readonly #client: Client;
  readonly #docker: Docker;
  readonly #pid: number;
  #onLiveMemory: (bytes: number) => void = () => undefined;

  private constructor(client: Client, docker: Docker, transport: StdioClientTransport) {
    this.#client = client;
    this.#docker = docker;
    this.#pid = transport.pid ?? 0;
    transport.stderr?.on('data', (chunk: Buffer) => {
      const bytes = /^live memory: (\d+)$/m.exec(chunk.toString())?.[1];
      if (bytes !== undefined) this.#onLiveMemory(Number(bytes));
    });
  }

  static async start(docker: Docker): Promise<SoakServer> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: ['--expose-gc', '--import', preload, 'dist/cli/main.js'],
      env: { ...(process.env as Record<string, string>), LEAN_DOCKER_MCP_MEMORY_LIMIT: '512m' },
      stderr: 'pipe',
    });
    const client = new Client({ name: 'soak', version: '0' });
    const connecting = client.connect(transport);
    const server = new SoakServer(client, docker, transport);
    await connecting;
    return server;
  }

  async call(tool: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<CallToolResult> {
    const options = { timeout: callLimitMs, ...(signal && { signal }) };
    return await this.#client.callTool({ name: tool, arguments: args }, options);
  }

  /** Its containers, in any state. */
  async countContainers(): Promise<number> {
    const label = [`${labelPrefix}owner=${hostname()}:${this.#pid}`];
    return (await this.#docker.listContainers({ all: true, filters: { label } })).length;
  }

  /** Read from /proc, so on Linux only. */
  async vitals(): Promise<Vitals> {
    const process_ = `/proc/${this.#pid}`;
    const resident = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`${process_}/status`, 'utf8'))?.[1];
    return {
      containers: await this.countContainers(),
      liveBytes: await this.#liveMemory(),
      residentBytes: Number(resident) * 1024,
      descriptors: readdirSync(`${process_}/fd`).map((fd) => readlinkSync(`${process_}/fd/${fd}`)),
    };
  }

  /** What the program can still reach, in bytes: unlike the memory that the system has given it, this shows leaks only. */
  async #liveMemory(): Promise<number> {
    const told = new Promise<number>((resolve) => {
      this.#onLiveMemory = resolve;
    });
    process.kill(this.#pid, 'SIGUSR2');
    return await told;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}
