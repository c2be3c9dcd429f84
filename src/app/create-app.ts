/*
 * The composition root: the only place that knows which implementation stands behind each contract.
 */
import { homedir } from 'node:os';
import type Docker from 'dockerode';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ExecutionService } from '../execution/execution-service.ts';
import { LocalExecutionService } from '../execution/local-execution-service.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import { connectEngine } from '../sandbox/docker/engine.ts';
import { SessionRegistry } from '../sessions/session-registry.ts';
import { createPinoLogger } from '../telemetry/pino-logger.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { ImageProvider } from './image-provider.ts';
import { buildConfiguredImage, findConfiguredImage } from './sandbox-image.ts';

/** The running program: everything that a front needs. Disposing ends all sessions and removes every container. */
export interface App extends AsyncDisposable, ToolEnvironment {
  readonly service: ExecutionService;
  /** A client of the configured engine. */
  readonly connect: () => Promise<Docker>;
  readonly logger: Logger;
}

/** What differs between the ways to start. */
export interface AppOptions {
  /** What goes to the log: warnings only, for commands that a person runs, or also what a server does. */
  readonly logLevel: 'warn' | 'info';
}

const msPerSecond = 1000;

/** Wires the program. Nothing is connected to yet; the engine is first spoken to when it is needed. */
export function createApp({ settings, origins }: LoadedConfig, options: AppOptions): App {
  const { docker } = settings;
  const logger = createPinoLogger({ level: settings.debug ? 'debug' : options.logLevel });
  let client: Promise<Docker> | undefined;
  const connect = (): Promise<Docker> => (client ??= connectEngine(process.env));

  const driver = new DockerDriver({ connect, maxConcurrentCreations: docker.max_concurrent_creations, logger });
  const memoryIsDefault = origins.get('docker.memory_limit')?.source === 'default';
  const images = new ImageProvider<LeanLaunch>({
    find: async () => await findConfiguredImage(await connect(), docker, { memoryIsDefault }),
    build: async (onProgress) => {
      logger.info('The sandbox image is missing; building it', { image: docker.image });
      await buildConfiguredImage(await connect(), docker, { env: process.env, homeDir: homedir(), onProgress });
      logger.info('Built the sandbox image', { image: docker.image });
    },
  });
  const sessions = new SessionRegistry({
    maxSessions: docker.max_sessions,
    idleTimeoutMs: docker.session_idle_timeout * msPerSecond,
    logger,
  });
  const service = new LocalExecutionService(
    {
      driver,
      launch: (context) => images.get(context),
      forgetLaunch: () => {
        images.forget();
      },
      policy: { allowed: settings.lean.allowed_imports, blocked: settings.lean.blocked_imports },
      output: { keepBytes: docker.output_limit, stopBytes: docker.max_output },
      defaultTimeoutMs: docker.timeout * msPerSecond,
      maxTimeoutMs: docker.max_timeout * msPerSecond,
      logger,
    },
    sessions,
  );
  return {
    service,
    connect,
    logger,
    report: { messageCharacters: docker.message_limit, maxTimeoutMs: docker.max_timeout * msPerSecond },
    limits: { codeBytes: docker.max_code_size, defaultTimeoutS: docker.timeout, maxTimeoutS: docker.max_timeout },
    [Symbol.asyncDispose]: async () => {
      await sessions[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
    },
  };
}
