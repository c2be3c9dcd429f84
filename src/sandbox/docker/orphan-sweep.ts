/*
 * Removes containers that nobody will remove any more: those of a server that is gone, and those of our own that we were
 * told had failed (the answer did not come, or not in time) or had ended (the engine was down at that moment). As a rule
 * there are none, because containers end with their owner; one that had not been started when its owner was killed stays.
 * A container of another server is touched when its owner is certainly gone, or when that cannot be told and it does not
 * run.
 */
import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { labelPrefix, type ContainerOwner } from './container-spec.ts';
import { removeContainer } from './docker-sandbox.ts';
import { stateOf } from './owner-process.ts';

const minimumAgeSeconds = 60;

/** What the engine's list tells of a container. */
export type SeenContainer = Pick<ContainerInfo, 'Id' | 'State' | 'Labels'>;

/** Who sweeps. */
export interface Sweeper extends ContainerOwner {
  /** Whether this server takes care of a container of its own, or makes it at this moment. */
  readonly knows: (container: SeenContainer) => boolean;
}

/** Looks once. Failures are logged. @param youngestSeconds those younger than this, of unknown owners, may be in the making */
export async function sweepOrphans(
  docker: Docker,
  sweeper: Sweeper,
  logger: Logger,
  youngestSeconds = minimumAgeSeconds,
): Promise<void> {
  try {
    const containers = await docker.listContainers({ all: true, filters: { label: [`${labelPrefix}instance`] } });
    const oldest = Date.now() / 1000 - youngestSeconds;
    const orphans = containers.filter((one) => isOrphan(one, sweeper, one.Created < oldest));
    for (const { Id } of orphans) {
      const wasThere = await removeContainer(docker.getContainer(Id));
      if (wasThere) logger.info('Removed a container that was left behind', { containerId: Id });
    }
  } catch (error) {
    logger.debug('Could not look for containers left behind', { error: messageOf(error) });
  }
}

/** Removes whatever is left of a server's own containers when it needs none any more. Failures are logged. */
export async function sweepOwn(docker: Docker, instance: string, logger: Logger): Promise<void> {
  try {
    const filters = { label: [`${labelPrefix}instance=${instance}`] };
    const containers = await docker.listContainers({ all: true, filters });
    for (const { Id } of containers) await removeContainer(docker.getContainer(Id));
  } catch (error) {
    logger.warn('Could not look for containers left behind', { error: messageOf(error) });
  }
}

/** Whether a container is of no use to anybody. @param isOld old enough that it is not in the making */
export function isOrphan(container: SeenContainer, sweeper: Sweeper, isOld: boolean): boolean {
  const { State, Labels } = container;
  if (Labels[`${labelPrefix}instance`] === sweeper.instance) return !sweeper.knows(container);
  switch (stateOf(Labels[`${labelPrefix}process`] ?? '')) {
    case 'gone':
      return true;
    case 'alive':
      return false;
    case 'unknown':
      return isOld && ['created', 'exited', 'dead'].includes(State);
  }
}
