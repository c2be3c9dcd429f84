import { homedir } from 'node:os';
import type { LoadedConfig } from '../config/load-config.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { EngineProxy } from '../engine-proxy/engine-proxy.ts';
import { chooseEndpoint } from '../sandbox/docker/engine-endpoint.ts';
import type { Jail } from '../sandbox/sandbox.ts';
import { createPinoLogger } from '../telemetry/pino-logger.ts';
import { configuredEnvironments } from './configured-environments.ts';
import { configuredJail } from './configured-jail.ts';

/**
 * Opens a socket that is good for the sandboxes of a server with this configuration, and for nothing else of the engine that
 * the environment of this process names.
 *
 * @param mode permissions of the socket
 * @throws AppError `usage` when nobody can listen there, or the engine has no socket; `engine-unreachable` when there is none
 */
export async function openEngineProxy(config: LoadedConfig, socketPath: string, mode: number): Promise<EngineProxy> {
  const { debug } = config.settings;
  const environments = configuredEnvironments(config);
  const { endpoint } = await chooseEndpoint(process.env, homedir());
  const engine = endpoint.socketPath;
  if (engine === undefined) {
    throw new AppError(
      failures.usage.engineWithoutSocket,
      `The engine's proxy needs a Unix socket of the engine, and this one has none: ${endpoint.name}`,
    );
  }
  const logger = createPinoLogger({ level: debug ? 'debug' : 'info', fields: () => ({}) });
  const proxy = await EngineProxy.listen({
    engineSocket: engine,
    socketPath,
    mode,
    jailFor: (askedMemory) =>
      environments.map(({ docker }) => configuredJail(docker, askedMemory)).reduce(withLargestLimits),
    logger,
  });
  logger.info('Passing on requests for sandboxes', { socket: socketPath, engine });
  return proxy;
}

/** What an environment may use, any sandbox may: a request does not say which one it is of. All else is the same in all. */
function withLargestLimits({ limits: a, ...jail }: Jail, { limits: b }: Jail): Jail {
  return {
    ...jail,
    limits: {
      memory: Math.max(a.memory, b.memory),
      cpus: Math.max(a.cpus, b.cpus),
      processes: Math.max(a.processes, b.processes),
      folderSize: Math.max(a.folderSize, b.folderSize),
    },
  };
}
