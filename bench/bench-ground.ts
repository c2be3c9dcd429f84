/* What the bench measures on: sandboxes as calls get them, and the built program as a server of its own. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { findConfiguredImage } from '../src/app/sandbox-image.ts';
import type { LoadedConfig } from '../src/config/load-config.ts';
import { AppError } from '../src/core/app-error.ts';
import { failures } from '../src/core/failures/failures.ts';
import { TokenFile } from '../src/identity/token-file.ts';
import type { LeanLaunch } from '../src/lean/lean-launch.ts';
import { containerLabels } from '../src/sandbox/docker/labels.ts';
import { DockerDriver } from '../src/sandbox/docker/docker-driver.ts';
import { toEngineError } from '../src/sandbox/docker/docker-errors.ts';
import { readEngineInfo } from '../src/sandbox/docker/engine-facts.ts';
import { connectEngine } from '../src/sandbox/docker/engine.ts';
import type { Sandbox, SandboxDriver } from '../src/sandbox/sandbox.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import type { ServerCommand } from './server-process.ts';

/** What the bench measures on. Disposing removes its containers. */
export interface BenchGround extends AsyncDisposable {
  readonly driver: SandboxDriver;
  /** The image and the limits that all ways of running Lean get alike. */
  readonly launch: LeanLaunch;
  readonly engine: {
    readonly version: string;
    readonly cpus: number;
    /** Of its machine, in bytes. */
    readonly memory: number;
    /** Whether it runs on this machine, so that this machine's CPU time is also that of the containers. */
    readonly isLocal: boolean;
  };
  /** Our own program as a server, with these settings (variables without their prefix) on top of the configured ones. */
  readonly server: (settings: Readonly<Record<string, string>>) => ServerCommand;
  /** The same over HTTP on a free port, with a token for each of so many principals. Disposing forgets the tokens. */
  readonly httpServer: (
    settings: Readonly<Record<string, string>>,
    principals: number,
  ) => Promise<{ readonly command: ServerCommand; readonly tokens: readonly string[] } & AsyncDisposable>;
  /** Does what `docker exec` does. Throws AppError when the command fails. */
  readonly exec: (sandbox: Sandbox, command: string) => Promise<void>;
  /** How many containers the server with this process id has running. */
  readonly countSandboxes: (pid: number) => Promise<number>;
}

/** The built program. */
const main = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');

/**
 * @param configFlags what of the command line says where the configuration is, for the servers
 * @throws AppError when the engine does not answer, or the image is missing or not usable
 */
export async function openBenchGround(config: LoadedConfig, configFlags: readonly string[]): Promise<BenchGround> {
  const { docker } = config.settings;
  const client = await connectEngine(process.env);
  const launch = await findConfiguredImage(client, docker);
  if (launch === undefined) {
    throw new AppError(failures['image-missing'].notBuilt, `The image ${docker.image} is not on the Docker engine.`);
  }
  const driver = new DockerDriver({
    connect: () => Promise.resolve(client),
    maxConcurrentCreations: 1,
    logger: createPinoLogger({ level: 'warn', fields: () => ({}) }),
  });
  const command = (args: readonly string[], settings: Readonly<Record<string, string>>): ServerCommand => ({
    args: [main, 'serve', ...args, ...configFlags],
    env: {
      ...(process.env as Record<string, string>),
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`LEAN_DOCKER_MCP_${name}`, value])),
    },
  });
  return {
    driver,
    launch,
    engine: await describeEngine(client),
    server: (settings) => command([], settings),
    httpServer: async (settings, principals) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'lean-docker-mcp-bench-'));
      const file = new TokenFile(path.join(folder, 'tokens.json'));
      const tokens: string[] = [];
      while (tokens.length < principals) tokens.push(await file.add(`caller-${tokens.length + 1}`));
      return {
        command: command(['--http', '0'], { ...settings, HTTP_TOKENS_FILE: file.path }),
        tokens,
        [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
      };
    },
    exec: (sandbox, shellCommand) => execute(client, sandbox.id, shellCommand),
    countSandboxes: async (pid) => {
      const label = [`${containerLabels.owner}=${hostname()}:${pid}`];
      return (await client.listContainers({ filters: { label, status: ['running'] } })).length;
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

async function describeEngine(client: Docker): Promise<BenchGround['engine']> {
  const { ServerVersion, NCPU, MemTotal, Name } = await readEngineInfo(client);
  return { version: ServerVersion, cpus: NCPU, memory: MemTotal, isLocal: Name === hostname() };
}

async function execute(client: Docker, container: string, command: string): Promise<void> {
  try {
    const options = { Cmd: ['/bin/sh', '-c', command], AttachStdout: true, AttachStderr: true };
    const exec = await client.getContainer(container).exec(options);
    const output = await exec.start({});
    output.resume();
    await once(output, 'end');
    const { ExitCode: exitCode } = await exec.inspect();
    if (exitCode === 0) return;
    throw new AppError('internal', `In the sandbox, ${command} ended with exit code ${exitCode ?? 'unknown'}.`);
  } catch (error) {
    throw toEngineError(error, 'executing a command in a container');
  }
}
