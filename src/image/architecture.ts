import type Docker from 'dockerode';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';

/** A processor architecture that Lean is released for on Linux. */
export type Architecture = 'x86_64' | 'aarch64';

const names: Readonly<Record<string, Architecture>> = {
  amd64: 'x86_64',
  x86_64: 'x86_64',
  arm64: 'aarch64',
  aarch64: 'aarch64',
};

/**
 * The architecture of the engine's containers, which is not always this machine's.
 *
 * @throws AppError `engine-unreachable`, `engine-failed`
 */
export async function engineArchitecture(docker: Docker): Promise<Architecture> {
  const engine = await docker.version().catch((error: unknown) => {
    throw toEngineError(error, 'telling its version');
  });
  const architecture = names[engine.Arch];
  if (engine.Os === 'linux' && architecture !== undefined) return architecture;
  throw new AppError(
    failures['engine-failed'].otherPlatform,
    `The Docker engine runs ${engine.Os}/${engine.Arch} containers; Lean needs Linux on x86_64 or aarch64.`,
  );
}
