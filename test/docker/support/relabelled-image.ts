import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { inject } from 'vitest';
import { dockerfileContext } from '../../../src/image/build-context.ts';
import { runEngineBuild } from '../../../src/image/engine-build.ts';
import { toLabels, type ImageFacts } from '../../../src/image/image-labels.ts';
import { readImage } from '../../../src/image/read-image.ts';

/** The image of the tests with other labels. Disposing removes its name. */
export async function relabelledImage(
  docker: Docker,
  change: (facts: ImageFacts) => ImageFacts,
): Promise<AsyncDisposable & { readonly name: string }> {
  const image = await readImage(docker, inject('sandboxImage'));
  if (image === undefined) throw new Error('the image of the tests is gone');
  const { toolchain, toolchainSize, base, created } = image;
  const labels = toLabels(change({ toolchain, toolchainSize, base, created }));
  const name = `relabelled-test:${randomUUID()}`;
  const context = dockerfileContext(`FROM ${inject('sandboxImage')}\n`);
  await runEngineBuild(docker, { context, tag: name, labels }, () => undefined);
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await docker.getImage(name).remove();
    },
  };
}
