import { hostname } from 'node:os';
import type Docker from 'dockerode';
import { containerLabels } from './labels.ts';

/** How containers of this process are labelled, whichever driver made them. */
export function ownerLabel(): string {
  return `${hostname()}:${process.pid}`;
}

/** How many containers of this process there are, in any state. Throws what the engine's client throws. */
export async function countOwnContainers(docker: Docker): Promise<number> {
  const label = [`${containerLabels.owner}=${ownerLabel()}`];
  return (await docker.listContainers({ all: true, filters: { label } })).length;
}

/** How many containers of other servers there are on the engine, in any state. Throws what the engine's client throws. */
export async function countOthersContainers(docker: Docker): Promise<number> {
  const containers = await docker.listContainers({ all: true, filters: { label: [containerLabels.owner] } });
  return containers.filter(({ Labels }) => Labels[containerLabels.owner] !== ownerLabel()).length;
}
