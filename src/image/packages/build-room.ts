/*
 * What a build of packages has on the engine: images that are removed in the end, and the volume with all that is downloaded
 * and compiled, by which a build that was broken off goes on where it stopped.
 */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { Bytes } from '../../core/bytes.ts';
import { toEngineError } from '../../sandbox/docker/docker-errors.ts';
import { removeContainer } from '../../sandbox/docker/docker-sandbox.ts';
import { labelPrefix } from '../../sandbox/docker/labels.ts';
import type { OnBuildProgress } from '../build-progress.ts';
import { runEngineBuild } from '../engine-build.ts';
import { builderName, runBuilderStep, type StepEnd } from './builder-container.ts';
import { readProgress, type StepProgress } from './builder-progress.ts';
import { buildFolder, projectFolder } from './builder-scripts.ts';
import { stepFailure } from './step-failure.ts';

export interface BuildRoomOptions {
  /** Name of the volume. */
  readonly volume: string;
  readonly network: string;
  /** Of a builder. */
  readonly memory: Bytes;
  /** Handed on to builders. */
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress: OnBuildProgress;
  readonly signal?: AbortSignal | undefined;
}

/** A step of a build. */
export interface RoomStep {
  /** What it does, in words, as in "compiling the packages". */
  readonly doing: string;
  readonly command: readonly string[];
  /** Default: yes. */
  readonly hasNetwork?: boolean;
  /** Whether it works in the project, which has been written then. Default: no. */
  readonly inProject?: boolean;
}

/** What begins the names of all that builds of packages have on the engine. */
export const namesOfBuilds = 'lean-docker-mcp-packages';
const labelOfVolume = `${labelPrefix}packages`;

/** Disposing removes the images, but not the volume. */
export class BuildRoom implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #options: BuildRoomOptions;
  /** Newest first. */
  readonly #images: string[] = [];

  constructor(docker: Docker, options: BuildRoomOptions) {
    this.#docker = docker;
    this.#options = options;
  }

  /**
   * Makes the volume, or finds it as an earlier build has left it.
   *
   * @throws AppError `image-build-failed` when another build uses it; `engine-unreachable`, `engine-failed`
   */
  async enter(): Promise<void> {
    const { volume } = this.#options;
    try {
      const builders = await this.#docker.listContainers({ all: true, filters: { name: [builderName] } });
      // Those of processes that were killed.
      const ended = builders.filter(({ State }) => State !== 'running');
      await Promise.all(ended.map(({ Id }) => removeContainer(this.#docker.getContainer(Id))));
      const other = builders.find(
        ({ State, Mounts }) => State === 'running' && Mounts.some(({ Name }) => Name === volume),
      );
      if (other !== undefined)
        throw new AppError(
          failures['image-build-failed'].builtElsewhere({ container: other.Id.slice(0, 12) }),
          'Another build of the same packages is going on.',
        );
      await this.#docker.createVolume({ Name: volume, Labels: { [labelOfVolume]: '' } });
    } catch (error) {
      throw toEngineError(error, 'preparing the build of packages');
    }
  }

  /**
   * Makes an image, which later steps run in.
   *
   * @throws AppError as {@link runEngineBuild}
   */
  async build(context: Readable, network?: string): Promise<string> {
    const tag = this.newName();
    const { onProgress, signal } = this.#options;
    const quiet: OnBuildProgress = ({ message }) => {
      onProgress({ phase: 'packages', message: 'Making a builder', detail: message });
    };
    await runEngineBuild(this.#docker, { context, tag, ...(network !== undefined && { network }) }, quiet, signal);
    this.#images.unshift(tag);
    return tag;
  }

  /** A name for an image that is removed in the end. */
  newName(): string {
    return `${namesOfBuilds}:${randomUUID()}`;
  }

  /**
   * Carries out a step in a builder.
   *
   * @throws AppError `image-build-failed` when it fails, with what it printed; `engine-unreachable`, `engine-failed`; the
   *   signal's reason
   */
  async step(step: RoomStep): Promise<StepEnd> {
    const end = await this.attempt(step);
    if (end.exitCode === 0) return end;
    throw stepFailure({ doing: step.doing, ...end });
  }

  /** The same with a step that may fail. */
  async attempt({ doing, command, hasNetwork = true, inProject = false }: RoomStep): Promise<StepEnd> {
    const { volume, network, memory, env, signal } = this.#options;
    const report = this.#begin(doing);
    const onLine = (line: string): void => {
      const progress = readProgress(line);
      if (progress !== undefined) report(progress);
    };
    const step = {
      image: this.#images[0] ?? '',
      command,
      network: hasNetwork ? network : 'none',
      env: { ...builderEnv, ...env },
      volume: { name: volume, path: buildFolder, readOnly: false },
      // The engine makes one that is missing, for root.
      workingDir: inProject ? projectFolder : buildFolder,
      memory,
    };
    return await runBuilderStep(this.#docker, step, onLine, signal);
  }

  /**
   * Makes an image of another one and what a command puts into its file system. The command has the volume at /mnt, cannot
   * change it, and has no network.
   *
   * @throws AppError as {@link step}
   */
  async extend(
    doing: string,
    image: string,
    command: readonly string[],
  ): Promise<StepEnd & { readonly image: string }> {
    const { volume, memory, signal } = this.#options;
    this.#begin(doing);
    const made = this.newName();
    const [repo = '', tag = ''] = made.split(':');
    const step = {
      image,
      command,
      network: 'none',
      // The image is to have no variable of the builder.
      env: {},
      volume: { name: volume, path: '/mnt', readOnly: true },
      workingDir: '/',
      asRoot: true,
      memory,
    };
    const keep = async (container: Container): Promise<void> => {
      await container.commit({ repo, tag });
      this.#images.unshift(made);
    };
    const end = await runBuilderStep(this.#docker, step, () => undefined, signal, keep);
    if (end.exitCode === 0) return { ...end, image: made };
    throw stepFailure({ doing, ...end });
  }

  /** Removes the volume. Nothing depends on its success: what stays behind takes space and no more. */
  async clear(): Promise<void> {
    await this.#docker
      .getVolume(this.#options.volume)
      .remove()
      .catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#images) {
      await this.#docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    }
  }

  /** Tells that a step has begun. @returns tells how far it is */
  #begin(doing: string): (progress: StepProgress) => void {
    const step = { phase: 'packages', message: `${doing[0]?.toUpperCase() ?? ''}${doing.slice(1)}` } as const;
    this.#options.onProgress(step);
    return (progress) => {
      this.#options.onProgress({ ...step, ...progress });
    };
  }
}

/** What every builder gets. */
const builderEnv = {
  HOME: `${buildFolder}/home`,
  LANG: 'C.UTF-8',
  // A repository that asks for a password is none that can be had.
  GIT_TERMINAL_PROMPT: '0',
  // A server that says nothing any more has stopped.
  GIT_HTTP_LOW_SPEED_LIMIT: '100',
  GIT_HTTP_LOW_SPEED_TIME: '60',
  // Its compiled modules are fetched in a step of its own.
  MATHLIB_NO_CACHE_ON_UPDATE: '1',
};
