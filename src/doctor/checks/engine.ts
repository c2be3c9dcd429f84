import type Docker from 'dockerode';
import { AppError, messageOf } from '../../core/app-error.ts';
import { codeOf } from '../../core/system-error.ts';
import {
  parseEngineVersion,
  readEngineInfo,
  type EngineInfo,
  type EngineVersion,
} from '../../sandbox/docker/engine-facts.ts';
import type { Finding } from '../check.ts';
import type { EngineEndpoint, Surroundings } from '../surroundings.ts';

/** An engine that answers. */
export interface Engine {
  readonly docker: Docker;
  readonly endpoint: EngineEndpoint;
  readonly version: EngineVersion;
  readonly info: EngineInfo;
}

/** A Docker engine answers, and we may use it. */
export async function checkEngine(surroundings: Surroundings): Promise<Finding<Engine>> {
  let name = 'its address';
  try {
    const { docker, endpoint } = await surroundings.connect();
    ({ name } = endpoint);
    const version = parseEngineVersion(await docker.version());
    const info = await readEngineInfo(docker);
    if (version.isPodman) return describePodman(version, endpoint);
    const detail = `Docker ${version.server} at ${name}`;
    const value = { docker, endpoint, version, info };
    if (endpoint.passedOver === undefined) return { verdict: 'ok', detail, value };
    return { verdict: 'warning', detail: `${detail}. ${endpoint.passedOver}`, next: otherContext, value };
  } catch (error) {
    return describeUnreachable(error, name, surroundings);
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

/** Why the engine cannot be used, and what to do about it on this platform. @param name where it was looked for */
export function describeUnreachable(
  error: unknown,
  name: string,
  { env, platform }: Pick<Surroundings, 'env' | 'platform'>,
): Finding<never> {
  const known = error instanceof AppError ? error : undefined;
  if (known?.code === 'config-invalid') {
    return { verdict: 'failed', detail: known.message, next: known.hint ?? otherContext };
  }
  const reason = known === undefined ? error : known.cause;
  const code = codeOf(reason);
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      verdict: 'failed',
      detail: known?.message ?? `this user may not use the engine at ${name} (${code})`,
      next: platform === 'linux' ? 'sudo usermod -aG docker "$USER" && newgrp docker' : startCommand(platform),
    };
  }
  return {
    verdict: 'failed',
    detail: known?.message ?? `no engine answers at ${name} (${code ?? messageOf(error)})`,
    next: otherThanNamed(env) ?? startCommand(platform),
  };
}

const otherContext = 'docker context ls  # start the active one, or choose another with `docker context use`';

/** Where a variable names the engine, starting the one of this machine would not help. */
function otherThanNamed(env: Surroundings['env']): string | undefined {
  const name = ['DOCKER_HOST', 'DOCKER_CONTEXT'].find((variable) => (env[variable] ?? '') !== '');
  return name && `unset ${name}  # to use the engine on this machine, or start the one that it names`;
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
  return otherThanNamed(env) ?? (platform === 'linux' ? 'sudo systemctl restart docker' : 'docker desktop restart');
}
