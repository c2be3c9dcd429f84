import { homedir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { inject } from 'vitest';
import { createAttackTarget } from '../../../src/app/create-attack-target.ts';
import type { Attack } from '../../../src/attacks/attack.ts';
import type { AttackTarget } from '../../../src/attacks/carry-out.ts';
import { allAttacks } from '../../../src/attacks/catalogue/all-attacks.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { connectEngine } from '../../../src/sandbox/docker/engine.ts';
import { changedEngine } from './changed-engine.ts';

/** The attack with this id. Throws when there is none, so that no test passes over it unseen. */
export function attackOf(id: string): Attack {
  const attack = allAttacks.find((one) => one.id === id);
  if (attack === undefined) throw new Error(`there is no attack ${id}`);
  return attack;
}

/** The request that makes a sandbox. */
export type SandboxRequest = ContainerCreateOptions & {
  readonly HostConfig: NonNullable<ContainerCreateOptions['HostConfig']>;
};
/** Changes it. */
export type Weakening = (request: SandboxRequest) => void;

/** What `doctor --attack` attacks, on the image of the tests; with a weakening, of sandboxes that lack a protection. */
export async function attackTarget(
  weaken: Weakening = () => undefined,
  settings: Readonly<Record<string, string>> = {},
): Promise<AttackTarget & AsyncDisposable> {
  const config = await loadConfig({
    configPath: path.join(import.meta.dirname, '..', '..', 'e2e', 'support', 'empty.yaml'),
    env: { LEAN_DOCKER_MCP_IMAGE: inject('sandboxImage'), ...settings },
    homeDir: homedir(),
    flags: [],
  });
  return await createAttackTarget(config, () => weakenedEngine(weaken));
}

async function weakenedEngine(weaken: Weakening): Promise<Docker> {
  const docker = await connectEngine(process.env);
  // The engine's client is given what it shall send in the body.
  const createContainer = (request: { readonly _body: SandboxRequest }): Promise<Docker.Container> => {
    weaken(request._body);
    return docker.createContainer(request as unknown as ContainerCreateOptions);
  };
  return changedEngine(docker, { createContainer: createContainer as unknown as Docker['createContainer'] });
}
