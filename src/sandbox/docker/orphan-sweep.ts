import type Docker from 'dockerode';
import { messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { labelPrefix, type ContainerOwner } from './container-spec.ts';
import { removeContainer } from './docker-sandbox.ts';

/** Containers younger than this may be in the making by another server. */
const minimumAgeSeconds = 60;

/**
 * Removes what a server that died left behind: containers of ours that never started or have ended but were not removed,
 * for instance because the engine was down at that moment. Running ones are never touched: they end with their owner.
 */
export async function sweepOrphans(docker: Docker, self: ContainerOwner, logger: Logger): Promise<void> {
  try {
    const containers = await docker.listContainers({
      all: true,
      filters: { label: [`${labelPrefix}instance`], status: ['created', 'exited', 'dead'] },
    });
    const oldest = Date.now() / 1000 - minimumAgeSeconds;
    const orphans = containers.filter(
      ({ Created, Labels }) => Created < oldest && Labels[`${labelPrefix}instance`] !== self.instance,
    );
    for (const { Id } of orphans) {
      await removeContainer(docker.getContainer(Id));
      logger.info('Removed a container that a former server left behind', { containerId: Id });
    }
  } catch (error) {
    logger.debug('Could not look for containers left behind', { error: messageOf(error) });
  }
}
