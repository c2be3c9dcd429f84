import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { limitRequests } from './request-limit.ts';

/**
 * A client of the Docker engine: the one that DOCKER_HOST names, else the first socket found where Docker, Docker Desktop
 * and rootless Docker put theirs. Nothing is sent yet, so this succeeds without an engine. Each request has a time limit.
 */
export async function connectEngine(env: NodeJS.ProcessEnv): Promise<Docker> {
  // Imported on demand: loading it takes longer than the rest of the program's start.
  const { default: DockerClient } = await import('dockerode');
  const isGiven = env['DOCKER_HOST'] !== undefined && env['DOCKER_HOST'] !== '';
  const socketPath = isGiven ? undefined : foundSocket(env);
  return limitRequests(socketPath === undefined ? new DockerClient() : new DockerClient({ socketPath }));
}

/** The Unix socket of the same engine; `undefined` when it is not reached by one. */
export function engineSocket(env: NodeJS.ProcessEnv): string | undefined {
  const given = env['DOCKER_HOST'] ?? '';
  if (given === '') return foundSocket(env);
  return given.startsWith('unix://') ? given.slice('unix://'.length) : undefined;
}

function foundSocket(env: NodeJS.ProcessEnv): string | undefined {
  return defaultSockets(env).find((candidate) => existsSync(candidate));
}

function defaultSockets(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') return [];
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtimeDir === undefined ? [] : [path.join(runtimeDir, 'docker.sock')]),
    path.join(homedir(), '.docker/run/docker.sock'),
    path.join(homedir(), '.docker/desktop/docker.sock'),
    path.join(homedir(), '.colima/default/docker.sock'),
  ];
}
