import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import type { Bytes } from '../core/bytes.ts';
import { inspectImage } from './inspect-image.ts';
import { fromLabels, type ImageFacts } from './image-labels.ts';

/** An image that sandboxes can be made of. */
export interface SandboxImage extends ImageFacts {
  readonly id: string;
  /** Names with tags; none when they were given to other images. */
  readonly names: readonly string[];
  /** Of all its layers. */
  readonly size: Bytes;
}

/**
 * Reads what an image says of itself.
 *
 * @param name a name or an id
 * @returns `undefined` when the engine has no such image
 * @throws AppError `image-unusable` when it is not one of ours; `engine-unreachable`, `engine-failed`
 */
export async function readImage(docker: Docker, name: string): Promise<SandboxImage | undefined> {
  const found = await inspectImage(docker, name);
  return found && toSandboxImage(name, found);
}

function toSandboxImage(name: string, found: ImageInspectInfo): SandboxImage {
  // The engine sends null where there are none.
  const labels = found.Config.Labels as Readonly<Record<string, string>> | null;
  return { id: found.Id, names: namesOf(found.RepoTags), size: found.Size, ...fromLabels(name, labels ?? {}) };
}

/** The names that the engine gives, without its placeholder for none. */
export function namesOf(tags: readonly string[] | null | undefined): string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}
