import { homedir } from 'node:os';
import type { LoadedConfig } from '../config/load-config.ts';
import { AppError } from '../core/app-error.ts';
import { EngineProxy } from '../engine-proxy/engine-proxy.ts';
import { chooseEndpoint } from '../sandbox/docker/engine-endpoint.ts';
import { createPinoLogger } from '../telemetry/pino-logger.ts';
import { configuredJail } from './configured-jail.ts';

/**
 * Opens a socket that is good for the sandboxes of a server with this configuration, and for nothing else of the engine that
 * the environment of this process names.
 *
 * @param mode permissions of the socket
 * @throws AppError `usage` when nobody can listen there, or the engine has no socket; `engine-unreachable` when there is none
 */
export async function openEngineProxy(
  { settings }: LoadedConfig,
  socketPath: string,
  mode: number,
): Promise<EngineProxy> {
  const { docker, debug } = settings;
  const { endpoint } = await chooseEndpoint(process.env, homedir());
  const engine = endpoint.socketPath;
  if (engine === undefined) {
    throw new AppError(
      'usage',
      `The engine's proxy needs a Unix socket of the engine, and this one has none: ${endpoint.name}`,
      {
        hint: 'Set DOCKER_HOST=unix:///var/run/docker.sock, or where the socket is.',
      },
    );
  }
  const logger = createPinoLogger({ level: debug ? 'debug' : 'info', fields: () => ({}) });
  const proxy = await EngineProxy.listen({
    engineSocket: engine,
    socketPath,
    mode,
    jailFor: (askedMemory) => configuredJail(docker, askedMemory),
    logger,
  });
  logger.info('Passing on requests for sandboxes', { socket: socketPath, engine });
  return proxy;
}
