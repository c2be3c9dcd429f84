/* Wires what the bench measures on: sandboxes as calls get them, and this program as a server of its own. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import type { BenchGround } from '../bench/bench-ground.ts';
import type { ServerCommand } from '../bench/server-process.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { AppError } from '../core/app-error.ts';
import { TokenFile } from '../identity/token-file.ts';
import { labelPrefix } from '../sandbox/docker/container-spec.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import { readEngineInfo } from '../sandbox/docker/engine-facts.ts';
import { connectEngine } from '../sandbox/docker/engine.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';
import { createPinoLogger } from '../telemetry/pino-logger.ts';
import { findConfiguredImage } from './sandbox-image.ts';

/** What of the command line the measured server gets too. */
export interface BenchServer {
  /** The file that starts this program. */
  readonly main: string;
  /** Arguments for the command `serve`. */
  readonly args: readonly string[];
}

/** @throws AppError when the engine does not answer, or the image is missing or not usable */
export async function createBench(config: LoadedConfig, server: BenchServer): Promise<BenchGround> {
  const { docker } = config.settings;
  const client = await connectEngine(process.env);
  const launch = await findConfiguredImage(client, docker);
  if (launch === undefined) {
    throw new AppError('image-missing', `The image ${docker.image} is not on the Docker engine.`, {
      hint: 'Build it with `lean-docker-mcp image build`.',
    });
  }
  const driver = new DockerDriver({
    connect: () => Promise.resolve(client),
    maxConcurrentCreations: 1,
    logger: createPinoLogger({ level: 'warn', fields: () => ({}) }),
  });
  const command = (args: readonly string[], settings: Readonly<Record<string, string>>): ServerCommand => ({
    args: [server.main, 'serve', ...args, ...server.args],
    env: Object.fromEntries(Object.entries(settings).map(([name, value]) => [`LEAN_DOCKER_MCP_${name}`, value])),
  });
  return {
    driver,
    launch,
    engine: await readEngine(client),
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
    exec: (sandbox, command) => execute(client, sandbox.id, command),
    countSandboxes: async (pid) => {
      const label = [`${labelPrefix}owner=${hostname()}:${pid}`];
      return (await client.listContainers({ filters: { label, status: ['running'] } })).length;
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

async function readEngine(client: Docker): Promise<BenchGround['engine']> {
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
