import type Docker from 'dockerode';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { makeVisible } from '../core/visible-text.ts';
import { engineStatus, toEngineError } from '../sandbox/docker/docker-errors.ts';
import { inspectImage } from './inspect-image.ts';
import type { OnBuildProgress } from './build-progress.ts';
import { engineMessages } from './engine-messages.ts';

/**
 * Makes sure that the base image is on the engine and can be one; pulls it when it is missing.
 *
 * @throws AppError `image-build-failed`, `engine-unreachable`, `engine-failed`
 */
export async function requireUsableBase(
  docker: Docker,
  base: string,
  onProgress: OnBuildProgress,
  signal?: AbortSignal,
): Promise<void> {
  const found = (await inspectImage(docker, base)) ?? (await pullBase(docker, base, onProgress, signal));
  // The engine sends null where there are none.
  const declared = found.Config.Volumes as object | null;
  const volumes = Object.keys(declared ?? {});
  if (volumes.length > 0)
    throw new AppError(
      failures['image-build-failed'].baseWithVolumes,
      `The base image ${base} declares volumes (${volumes.join(', ')}), which would be writable and unlimited in a sandbox.`,
    );
  if (found.Os !== 'linux')
    throw new AppError(failures['image-build-failed'].baseNotForLinux, `The base image ${base} is for ${found.Os}.`);
}

async function pullBase(
  docker: Docker,
  base: string,
  onProgress: OnBuildProgress,
  signal: AbortSignal | undefined,
): Promise<Docker.ImageInspectInfo> {
  const message = `Pulling the base image ${base}`;
  onProgress({ phase: 'build', message });
  try {
    // Without a tag the engine would pull every tag there is.
    const wanted = /[:@]/.test(base.slice(base.lastIndexOf('/') + 1)) ? base : `${base}:latest`;
    const stream: NodeJS.ReadableStream = await docker.pull(wanted, { abortSignal: signal });
    for await (const { error, status, id } of engineMessages(stream)) {
      if (error !== undefined) throw pullError(base, error);
      if (status !== undefined)
        onProgress({ phase: 'build', message: [message, id, status].filter(Boolean).join(': ') });
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    // The engine answers with 404 and 500 for what the registry, or the way to it, refused.
    throw engineStatus(error) === undefined ? toEngineError(error, message) : pullError(base, messageOf(error));
  }
  const pulled = await inspectImage(docker, base);
  if (pulled === undefined) throw pullError(base, 'the engine does not have it after the pull');
  return pulled;
}

function pullError(base: string, reason: string): AppError {
  return new AppError(
    failures['image-build-failed'].baseNotPulled({ base }),
    `The base image ${base} is not on the Docker engine and cannot be pulled: ${makeVisible(reason).trim()}.`,
  );
}
