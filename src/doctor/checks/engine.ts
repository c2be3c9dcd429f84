import type Docker from 'dockerode';
import { AppError, messageOf } from '../../core/app-error.ts';
import {
  parseEngineVersion,
  readEngineInfo,
  type EngineInfo,
  type EngineVersion,
} from '../../sandbox/docker/engine-facts.ts';
import type { Finding } from '../check.ts';

import { engineEndpoint, type EngineEndpoint } from '../engine-endpoint.ts';
import type { Surroundings } from '../surroundings.ts';

/** An engine that answers. */
export interface Engine {
  readonly docker: Docker;
  readonly endpoint: EngineEndpoint;
  readonly version: EngineVersion;
  readonly info: EngineInfo;
}

/** A Docker engine answers, and we may use it. */
export async function checkEngine(surroundings: Surroundings): Promise<Finding<Engine>> {
  const { env, platform } = surroundings;
  let endpoint: EngineEndpoint = { name: env['DOCKER_HOST'] ?? 'the default socket', isSocket: false };
  try {
    const docker = await surroundings.connect();
    endpoint = engineEndpoint(docker, env);
    const version = parseEngineVersion(await docker.version());
    const info = await readEngineInfo(docker);
    if (version.isPodman) return describePodman(version, endpoint);
    const detail = `Docker ${version.server} at ${endpoint.name}`;
    return { verdict: 'ok', detail, value: { docker, endpoint, version, info } };
  } catch (error) {
    if (error instanceof AppError) throw error;
    return describeUnreachable(error, endpoint, platform, env['DOCKER_HOST']);
  }
}

/** Podman answers as Docker does and cannot make sandboxes; docs/deployment.md says why. */
export function describePodman({ server }: EngineVersion, { name }: EngineEndpoint): Finding<never> {
  return {
    verdict: 'failed',
    detail: `Podman ${server} at ${name}, which cannot make sandboxes as they must be`,
    next: 'docker context ls  # choose a Docker engine with `docker context use`, or set DOCKER_HOST',
  };
}

/** Why the engine cannot be used, and what to do about it on this platform. */
export function describeUnreachable(
  error: unknown,
  endpoint: EngineEndpoint,
  platform: NodeJS.Platform,
  dockerHost: string | undefined,
): Finding<never> {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      verdict: 'failed',
      detail: `this user may not use the engine at ${endpoint.name} (${code})`,
      next: platform === 'linux' ? 'sudo usermod -aG docker "$USER" && newgrp docker' : startCommand(platform),
    };
  }
  return {
    verdict: 'failed',
    detail: `no engine answers at ${endpoint.name} (${typeof code === 'string' ? code : messageOf(error)})`,
    next: namesHost(dockerHost) ? otherHost : startCommand(platform),
  };
}

const otherHost = 'unset DOCKER_HOST  # to use the engine on this machine, or start the one that it names';

function namesHost(dockerHost: string | undefined): boolean {
  return dockerHost !== undefined && dockerHost !== '';
}

/** What to type to start the engine. */
function startCommand(platform: NodeJS.Platform): string {
  const install = '# or install it first: https://docs.docker.com/get-docker/';
  switch (platform) {
    case 'darwin':
      return `open -a Docker  ${install}`;
    case 'win32':
      return `docker desktop start  ${install}`;
    default:
      return `sudo systemctl start docker  ${install}`;
  }
}

/** What to type about an engine that takes the connection and says nothing. */
export function restartCommand({ env, platform }: Pick<Surroundings, 'env' | 'platform'>): string {
  if (namesHost(env['DOCKER_HOST'])) return otherHost;
  return platform === 'linux' ? 'sudo systemctl restart docker' : 'docker desktop restart';
}
