import type Docker from 'dockerode';
import { AppError } from '../core/app-error.ts';
import { formatBytes } from '../core/bytes.ts';
import { whatElaborates, whatVerifies, whichKernels, type Toolchain } from '../lean/toolchain.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';
import { imageLabels } from '../sandbox/docker/labels.ts';
import { fromLabels } from './image-labels.ts';
import type { ImagePackage } from './packages/package-label.ts';
import { namesOf, type SandboxImage } from './read-image.ts';

/** An image of ours as a list shows it; without facts when they cannot be read. */
export type ListedImage =
  SandboxImage | (Pick<SandboxImage, 'id' | 'names' | 'size'> & { readonly unusable: AppError });

/**
 * Lists the images that were built by this program, newest first.
 *
 * @throws AppError `engine-unreachable`, `engine-failed`
 */
export async function listImages(docker: Docker): Promise<ListedImage[]> {
  const listed = await docker.listImages({ filters: { label: [imageLabels.format] } }).catch((error: unknown) => {
    throw toEngineError(error, 'listing images');
  });
  return listed
    .toSorted((left, right) => right.Created - left.Created)
    .map(({ Id: id, RepoTags, Size: size, Labels: labels }) => {
      const names = namesOf(RepoTags);
      try {
        return { id, names, size, ...fromLabels(names[0] ?? id, labels) };
      } catch (error) {
        if (error instanceof AppError) return { id, names, size, unusable: error };
        throw error;
      }
    });
}

/** Which Lean it is, what elaborates in it, and whether it can verify. */
export function describeToolchain(toolchain: Toolchain): string {
  return `${toolchain.versionLine}  ${whatElaborates(toolchain)}, ${whatVerifies(toolchain)}`;
}

/** The kernels that were put into an image, besides Lean's own, in a line if there are any. */
export function describeKernels(toolchain: Pick<Toolchain, 'kernels'>): string[] {
  const kernels = whichKernels(toolchain);
  return kernels === undefined ? [] : [`Kernels besides Lean’s: ${kernels}`];
}

/** What was compiled into an image: a line for each package that was asked for, with what it has brought. */
export function describePackages(packages: readonly ImagePackage[]): string[] {
  const brought = packages.filter(({ requested, size }) => !requested && size > 0);
  const lines = packages
    .filter(({ requested }) => requested)
    .map(({ name, wanted, revision, size }) => {
      const at = [wanted, revision === wanted ? undefined : revision?.slice(0, 12)].filter(Boolean).join(' ');
      return `with ${name} ${at === '' ? '(a folder)' : at}  ${formatBytes(size)}`;
    });
  return brought.length === 0
    ? lines
    : [
        ...lines,
        `and with ${brought
          .map(({ name }) => name)
          .sort()
          .join(', ')}`,
      ];
}
