/*
 * Removes containers that nobody will remove any more: those of a server that is gone, and those of our own that we were
 * told had failed (the engine did not answer in time) or had ended (it was down at that moment). As a rule there are none,
 * because containers end with their owner; one that had not been started when its owner was killed stays. A container of
 * another server is touched when its owner is certainly gone, or when that cannot be told and it does not run.
 */
import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { labelPrefix, type ContainerOwner } from './container-spec.ts';
import { removeContainer } from './docker-sandbox.ts';
import { stateOf } from './owner-process.ts';

const minimumAgeSeconds = 60;

/** Who sweeps. */
export interface Sweeper extends ContainerOwner {
  /** Whether a container is one that this server takes care of. */
  readonly knows: (containerId: string) => boolean;
}

/** Looks once. Failures are logged. @param youngestSeconds those younger than this, of owners that may live, may be in the making */
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
      await removeContainer(docker.getContainer(Id));
      logger.info('Removed a container that was left behind', { containerId: Id });
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
export function isOrphan(
  { Id, State, Labels }: Pick<ContainerInfo, 'Id' | 'State' | 'Labels'>,
  sweeper: Sweeper,
  isOld: boolean,
): boolean {
  if (Labels[`${labelPrefix}instance`] === sweeper.instance) return isOld && !sweeper.knows(Id);
  switch (stateOf(Labels[`${labelPrefix}process`] ?? '')) {
    case 'gone':
      return true;
    case 'alive':
      return false;
    case 'unknown':
      return isOld && ['created', 'exited', 'dead'].includes(State);
  }
}
