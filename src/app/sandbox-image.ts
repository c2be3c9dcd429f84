import type Docker from 'dockerode';
import type { Settings } from '../config/schema.ts';
import { AppError } from '../core/app-error.ts';
import { formatBytes } from '../core/bytes.ts';
import type { CallProgress } from '../execution/execution-service.ts';
import type { BuildProgress } from '../image/build-progress.ts';
import { readImage } from '../image/read-image.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';
import { configuredJail } from './configured-jail.ts';

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
  return image && { ...configuredJail(docker, image.memoryHint), image: image.id, toolchain: image.toolchain };
}

/**
 * Makes the configured image, which is missing, from whatever toolchain can be had.
 *
 * @throws AppError that says so, whatever it was that failed
 */
export async function buildConfiguredImage(
  client: Docker,
  docker: DockerSettings,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly homeDir: string;
    readonly onProgress: (progress: CallProgress) => void;
  },
): Promise<void> {
  // Loaded on demand: most starts find their image.
  const { buildSandboxImage } = await import('../image/build-sandbox-image.ts');
  await buildSandboxImage(
    client,
    {
      tag: docker.image,
      base: docker.base_image,
      env: options.env,
      homeDir: options.homeDir,
      ...(docker.toolchain_dir !== undefined && { toolchainDir: docker.toolchain_dir }),
    },
    (progress) => {
      options.onProgress({ phase: 'image', message: `Building the sandbox image: ${describeProgress(progress)}` });
    },
  ).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError(code, `The sandbox image ${docker.image} is missing, and could not be built. ${message}`, {
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  });
}

/** A step of the build in a few words: `downloading Lean 4.27.0 (120 MiB of 400 MiB)`. */
export function describeProgress({ phase, message, done, total }: BuildProgress): string {
  if (done === undefined || phase === 'build' || phase === 'probe') return message;
  return `${message} (${formatBytes(done)}${total === undefined ? '' : ` of ${formatBytes(total)}`})`;
}
