import type Docker from 'dockerode';
import { engineStatus, toEngineError } from '../sandbox/docker/docker-errors.ts';

/**
 * What the engine knows of an image.
 *
 * @returns `undefined` when it does not have it
 * @throws AppError `engine-unreachable`, `engine-failed`
 */
export async function inspectImage(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw toEngineError(error, `looking for the image ${name}`);
  }
}
