import type Docker from 'dockerode';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { engineStatus, toEngineError } from '../sandbox/docker/docker-errors.ts';
import { imageLabels } from '../sandbox/docker/labels.ts';
import { inspectImage } from './inspect-image.ts';
import { namesOf } from './read-image.ts';

/**
 * Removes an image that was built by this program: by name, only that name as long as it has others; by id, all of it.
 *
 * @returns its id
 * @throws AppError `image-missing`, `image-unusable` when it is not one of ours, `engine-failed` when containers use it
 */
export async function removeImage(docker: Docker, nameOrId: string): Promise<string> {
  const found = await inspectImage(docker, nameOrId);
  if (found === undefined)
    throw new AppError(failures['image-missing'].noneOfThatName, `There is no image ${nameOrId}.`);
  const labels = found.Config.Labels as Readonly<Record<string, string>> | null;
  if (labels?.[imageLabels.format] === undefined)
    throw new AppError(
      failures['image-unusable'].notOurs({ image: nameOrId }),
      `The image ${nameOrId} was not built by lean-docker-mcp, so it is left alone.`,
    );
  const names = namesOf(found.RepoTags);
  const isId =
    /^(?:sha256:)?[0-9a-f]+$/.test(nameOrId) &&
    found.Id.replace('sha256:', '').startsWith(nameOrId.replace('sha256:', ''));
  for (const name of isId && names.length > 0 ? names : [nameOrId]) await removeOne(docker, name);
  return found.Id;
}

async function removeOne(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getImage(name).remove();
  } catch (error) {
    if (engineStatus(error) === 404) return;
    if (engineStatus(error) !== 409) throw toEngineError(error, `removing the image ${name}`);
    throw new AppError(failures['engine-failed'].imageInUse, `The image ${name} is in use: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
