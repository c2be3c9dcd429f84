/*
 * Removes containers that nobody will remove any more: those of a server that is gone, and those of our own that we were
 * told had failed (the answer did not come, or not in time) or had ended (the engine was down at that moment). As a rule
 * there are none, because containers end with their owner; one that had not been started when its owner was killed stays.
 * A container of another server is touched when its owner is certainly gone, or when that cannot be told and it does not
 * run. One that cannot be removed does not keep the others.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import PQueue from 'p-queue';
import { messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { statesAtRest, type ContainerOwner } from './container-spec.ts';
import { removeContainer, type Removal } from './docker-sandbox.ts';
import { containerLabels } from './labels.ts';
import { stateOf } from '../../core/process-name.ts';

const minimumAgeSeconds = 60;
/** Before the engine is asked again to remove what is left, in milliseconds. */
const retryMs = 200;
const maxAsked = 20;
/** One whose removal hangs takes up a place of these. */
const removalsAtOnce = 4;

/** What the engine's list tells of a container. */
export type SeenContainer = Pick<ContainerInfo, 'Id' | 'State' | 'Labels'>;

/** Who sweeps. */
export interface Sweeper extends ContainerOwner {
  /** Whether this server takes care of a container of its own, or makes it at this moment. */
  readonly knows: (container: SeenContainer) => boolean;
}

/** Looks for containers that are left behind, and removes them. What fails is a warning in the log, once. */
export class ContainerSweep {
  readonly #docker: Docker;
  readonly #sweeper: Sweeper;
  readonly #logger: Logger;
  /** Failures that are in the log, by container; of looking itself by the empty name. */
  readonly #told = new Set<string>();

  constructor(docker: Docker, sweeper: Sweeper, logger: Logger) {
    this.#docker = docker;
    this.#sweeper = sweeper;
    this.#logger = logger;
  }

  /** Removes what is of no use to anybody. @param youngestSeconds those younger than this, of unknown owners, may be in the making */
  async removeOrphans(youngestSeconds = minimumAgeSeconds): Promise<void> {
    await this.#remove(containerLabels.instance, (container) => {
      const isOld = container.Created < Date.now() / 1000 - youngestSeconds;
      return isOrphan(container, this.#sweeper, isOld);
    });
  }

  /**
   * Removes whatever is left of the sweeper's own when it needs none any more. An engine may fail at a removal, or be at one
   * that comes to nothing; it is asked again for some seconds, or until the signal fires.
   */
  async removeOwn(signal: AbortSignal): Promise<void> {
    for (let asked = 0; asked < maxAsked && !signal.aborted; asked += 1) {
      const left = await this.#remove(`${containerLabels.instance}=${this.#sweeper.instance}`, () => true);
      // One that says nothing is down, and its containers end with this process.
      if (left === 0 || left === undefined) return;
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns how many there were to remove that the engine still had; `undefined` when that could not be seen */
  async #remove(label: string, isLeft: (container: ContainerInfo) => boolean): Promise<number | undefined> {
    let containers: ContainerInfo[];
    try {
      containers = await this.#docker.listContainers({ all: true, filters: { label: [label] } });
    } catch (error) {
      this.#tell('', 'Could not look for containers left behind', { error: messageOf(error) });
      return undefined;
    }
    for (const told of this.#told) if (!containers.some(({ Id }) => Id === told)) this.#told.delete(told);
    const places = new PQueue({ concurrency: removalsAtOnce });
    const left = containers.filter(isLeft);
    const removals = await places.addAll(
      left.map(
        ({ Id }) =>
          () =>
            this.#removeOne(Id),
      ),
    );
    // An engine that was killed at a removal may list, until it starts again, what it says it does not have.
    return removals.filter((removal) => removal !== 'gone').length;
  }

  async #removeOne(containerId: string): Promise<Removal | 'failed'> {
    try {
      const removal = await removeContainer(this.#docker.getContainer(containerId));
      if (removal === 'removed') this.#logger.info('Removed a container that was left behind', { containerId });
      this.#told.delete(containerId);
      return removal;
    } catch (error) {
      const fields = { containerId, error: messageOf(error) };
      this.#tell(containerId, 'A container that was left behind cannot be removed; trying again', fields);
      return 'failed';
    }
  }

  #tell(what: string, message: string, fields: Readonly<Record<string, string>>): void {
    if (this.#told.has(what)) this.#logger.debug(message, fields);
    else this.#logger.warn(message, fields);
    this.#told.add(what);
  }
}

/** Whether a container is of no use to anybody. @param isOld old enough that it is not in the making */
export function isOrphan(container: SeenContainer, sweeper: Sweeper, isOld: boolean): boolean {
  const { State, Labels } = container;
  if (Labels[containerLabels.instance] === sweeper.instance) return !sweeper.knows(container);
  switch (stateOf(Labels[containerLabels.process] ?? '')) {
    case 'gone':
      return true;
    case 'alive':
      return false;
    case 'unknown':
      return isOld && statesAtRest.has(State);
  }
}
