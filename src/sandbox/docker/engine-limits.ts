import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { EngineInfo } from './engine-facts.ts';

/** Why Podman is no engine for sandboxes, whichever limits it has. */
const whyNotPodman =
  'Podman takes neither a filter of system calls nor the owner and the number of files of a folder with a request, and does not tell when the memory limit struck';

/**
 * Refuses an engine that would run sandboxes without their limits, or does not make them as they must be.
 *
 * @throws AppError `limits-not-enforced`
 */
export function requireEnforcedLimits({ MemoryLimit, CpuCfsQuota, PidsLimit, BuildahVersion }: EngineInfo): void {
  // Podman's answer is like Docker's, but for the program that makes its images.
  if (BuildahVersion !== '') {
    throw new AppError(
      failures['limits-not-enforced'].podman,
      `The engine is Podman, which cannot be used: ${whyNotPodman}.`,
    );
  }
  const limits = { memory: MemoryLimit, cpu: CpuCfsQuota, processes: PidsLimit };
  const missing = Object.entries(limits).filter(([, enforced]) => !enforced);
  if (missing.length === 0) return;
  throw new AppError(
    failures['limits-not-enforced'].controllersMissing,
    `The Docker engine cannot enforce these limits: ${missing.map(([name]) => name).join(', ')}.`,
  );
}

/**
 * Refuses an engine that does not have the runtime that was chosen.
 *
 * @throws AppError `config-invalid`
 */
export function requireRuntime({ Runtimes }: EngineInfo, runtime: string | undefined): void {
  const known = Object.keys(Runtimes);
  if (runtime === undefined || known.includes(runtime)) return;
  throw new AppError(
    failures['config-invalid'].runtimeNotThere({ known }),
    `docker.runtime: the Docker engine has no runtime ${JSON.stringify(runtime)}.`,
  );
}
