/** The program as a server over HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import { expectNoContainers, patience } from './containers.ts';
import { asVariables, program, programEnvironment, type Variables } from './environment.ts';

export interface HttpServerOptions {
  /** As for `asVariables`. */
  readonly settings?: Variables;
  readonly env?: Variables;
  readonly args?: readonly string[];
  /** Arguments for Node itself, such as those of `live-memory.ts`. */
  readonly nodeArguments?: readonly string[];
  /** Where it listens. Default: any port of this machine. */
  readonly listen?: string;
}

/** A running server. Disposing stops it, and fails when it leaves a container behind. */
export interface HttpTestServer extends AsyncDisposable {
  readonly pid: number;
  /** Without a path: `http://127.0.0.1:8000`. */
  readonly origin: string;
  /** Where the protocol is served. */
  readonly url: URL;
  /** What it has written to stderr so far. */
  readonly log: () => string;
  /** Asks it to stop, by SIGTERM unless it is said. @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How many sandboxes a server says it has, by their state. */
export async function sandboxCounts(url: URL, token?: string): Promise<Readonly<Record<string, number>>> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const metrics = await (await fetch(new URL('/metrics', url), { headers })).text();
  const lines = metrics.matchAll(/^lean_docker_mcp_sandboxes\{state="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, state = '', count]) => [state, Number(count)]));
}

/** Starts `serve --http`, which makes few containers ahead of calls. */
export async function serveHttp(options: HttpServerOptions = {}): Promise<HttpTestServer> {
  const env = programEnvironment({ ...asVariables({ POOL_SIZE: '2', ...options.settings }), ...options.env });
  const args = [
    ...(options.nodeArguments ?? []),
    program,
    'serve',
    '--http',
    options.listen ?? '0',
    ...(options.args ?? []),
  ];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const url = await vi.waitFor(() => {
    const [, found] = /"url":"([^"]+)"/.exec(log) ?? [];
    if (found === undefined) throw new Error(`it does not listen; the log is:\n${log}`);
    return new URL(found);
  }, patience);
  const stop: HttpTestServer['stop'] = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const [exitCode] = await exited;
    return exitCode;
  };
  return {
    pid,
    origin: url.origin,
    url,
    log: () => log,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await expectNoContainers(pid);
    },
  };
}
