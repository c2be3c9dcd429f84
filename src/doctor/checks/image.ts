import { formatBytes } from '../../core/bytes.ts';
import { readImage, type SandboxImage } from '../../image/read-image.ts';
import type { LeanLaunch } from '../../lean/lean-launch.ts';
import type { Finding } from '../check.ts';
import type { ConfiguredProgram } from '../surroundings.ts';
import type { Engine } from './engine.ts';

/** The configured image, and the sandboxes that are made of it. */
export interface UsableImage {
  readonly image: SandboxImage;
  readonly launch: LeanLaunch;
}

/** The configured image is on the engine, and says what is in it. */
export async function checkImage(
  { image: name, findLaunch }: Pick<ConfiguredProgram, 'image' | 'findLaunch'>,
  { docker }: Engine,
  buildCommand: string,
): Promise<Finding<UsableImage>> {
  const image = await readImage(docker, name);
  const launch = await findLaunch();
  if (image === undefined || launch === undefined) {
    const detail = `the engine has no image ${name}; the first call would build it`;
    return { verdict: 'failed', detail, next: buildCommand };
  }
  return { verdict: 'ok', detail: `${name}: ${describeImage(image)}`, value: { image, launch } };
}

/** What the labels say, in one line. */
function describeImage({ toolchain, size, created, base }: SandboxImage): string {
  const { githash, libraries } = toolchain;
  return [
    `${leanName(toolchain.version)}${githash === undefined ? '' : ` (${githash.slice(0, 12)})`}`,
    libraries.length === 0 ? 'no libraries' : `libraries ${libraries.join(', ')}`,
    formatBytes(size),
    `built ${created.slice(0, 10)} on ${base}`,
  ].join(', ');
}

/** A version with its program's name, which versions of Lean itself do without. */
function leanName(version: string): string {
  return /^\d/.test(version) ? `Lean ${version}` : version;
}
