import type Docker from 'dockerode';
import type { Settings } from '../config/schema.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import { formatBytes } from '../core/bytes.ts';
import type { CallProgress } from '../execution/execution-service.ts';
import type { BuildProgress, OnBuildProgress } from '../image/build-progress.ts';
import type { BuiltImage, ImageBuildOptions } from '../image/build-sandbox-image.ts';
import { readImage, type SandboxImage } from '../image/read-image.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import { silentLogger } from '../telemetry/telemetry.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { indexMissing } from '../lean/toolchain.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';
import { configuredJail } from './configured-jail.ts';
import { indexImage } from './wire-finding.ts';

type DockerSettings = Settings['docker'];

/**
 * The configured image, with the limits that its sandboxes get.
 *
 * @throws AppError when the engine does not answer, or the image is not one of ours
 */
export async function findConfiguredImage(client: Docker, docker: DockerSettings): Promise<LeanLaunch | undefined> {
  const image = await readImage(client, docker.image).catch((error: unknown) => {
    throw toEngineError(error, 'looking for the image');
  });
  return image && { image: image.id, toolchain: image.toolchain, jail: configuredJail(docker, image.memoryHint) };
}

/** What is said of an image to build besides the configuration. */
export type ImageWishes = Pick<
  ImageBuildOptions,
  'env' | 'homeDir' | 'leanVersion' | 'memoryHint' | 'packages' | 'checkers'
>;

/**
 * Builds the configured image, and tries it out in the jail that its sandboxes will have.
 *
 * @throws AppError as {@link buildSandboxImage}; the signal's reason
 */
export async function buildConfiguredImage(
  client: Docker,
  docker: DockerSettings,
  wishes: ImageWishes,
  onProgress: OnBuildProgress,
  signal?: AbortSignal,
): Promise<BuiltImage> {
  // Loaded on demand: most starts find their image.
  const { buildSandboxImage } = await import('../image/build-sandbox-image.ts');
  // A version that was asked for is not what a folder of the environment may happen to have.
  const toolchainDir = wishes.leanVersion === undefined ? docker.toolchain_dir : undefined;
  const options = {
    ...wishes,
    tag: docker.image,
    base: docker.base_image,
    jail: configuredJail(docker, wishes.memoryHint),
    ...(toolchainDir !== undefined && { toolchainDir }),
  };
  return await buildSandboxImage(client, options, onProgress, signal);
}

/**
 * Lists what the libraries of an image declare, so that the first call that looks for something does not wait for that.
 * Nothing else depends on it. Throws the signal's reason.
 *
 * @returns what came of it, for people
 */
export async function listDeclarations(
  client: Docker,
  docker: DockerSettings,
  { id, toolchain, memoryHint }: Pick<SandboxImage, 'id' | 'toolchain' | 'memoryHint'>,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const missing = indexMissing(toolchain);
  if (missing !== undefined) return `Nothing can be found in its libraries: ${missing}.`;
  await using driver = new DockerDriver({
    connect: () => Promise.resolve(client),
    maxConcurrentCreations: 1,
    logger: silentLogger,
  });
  const launch = { image: id, toolchain, jail: configuredJail(docker, memoryHint) };
  try {
    const count = await indexImage(driver, launch, {
      logger: silentLogger,
      signal,
      onProgress: ({ done, total }) => {
        onProgress(done, total);
      },
    });
    return `${count} declarations can be found in its libraries.`;
  } catch (error) {
    signal.throwIfAborted();
    return `What its libraries declare is not listed yet, and will be when somebody looks for something. ${messageOf(error)}`;
  }
}

/**
 * Makes the configured image, which is missing, from whatever toolchain can be had.
 *
 * @throws AppError that says so, whatever it was that failed
 */
export async function buildMissingImage(
  client: Docker,
  docker: DockerSettings,
  wishes: ImageWishes,
  onProgress: (progress: CallProgress) => void,
): Promise<void> {
  await buildConfiguredImage(client, docker, wishes, (progress) => {
    onProgress({ phase: 'image', message: `Building the sandbox image: ${describeProgress(progress)}` });
  }).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError(
      { code, hint },
      `The sandbox image ${docker.image} is missing, and could not be built. ${message}`,
      { cause: error },
    );
  });
}

/** A step of the build in a few words: `downloading Lean 4.27.0 (120 MiB of 400 MiB)`. */
export function describeProgress({ phase, message, detail, done, total }: BuildProgress): string {
  if (phase === 'packages') return detail === undefined ? message : `${message}: ${detail}`;
  if (done === undefined || phase === 'build' || phase === 'probe') return message;
  return `${message} (${formatBytes(done)}${total === undefined ? '' : ` of ${formatBytes(total)}`})`;
}
