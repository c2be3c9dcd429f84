import type Docker from 'dockerode';
import { AppError } from '../../core/app-error.ts';

/** Which limits the engine says it can enforce. */
interface EngineLimits {
  readonly memory: boolean;
  readonly cpu: boolean;
  readonly processes: boolean;
}

/** Asks the engine which limits it can enforce. Throws what the engine's client throws. */
async function readEngineLimits(docker: Docker): Promise<EngineLimits> {
  const info = (await docker.info()) as Readonly<Record<string, unknown>>;
  return {
    memory: info['MemoryLimit'] === true,
    cpu: info['CpuCfsQuota'] === true,
    processes: info['PidsLimit'] === true,
  };
}

/**
 * Refuses an engine that would run sandboxes without their limits.
 *
 * @throws AppError `limits-not-enforced`
 */
export async function requireEnforcedLimits(docker: Docker): Promise<void> {
  const missing = Object.entries(await readEngineLimits(docker)).filter(([, enforced]) => !enforced);
  if (missing.length === 0) return;
  throw new AppError(
    'limits-not-enforced',
    `The Docker engine cannot enforce these limits: ${missing.map(([name]) => name).join(', ')}.`,
    {
      hint: 'Give it the cgroup controllers (rootless Docker needs cgroup v2 with delegation); `lean-docker-mcp doctor` checks it.',
    },
  );
}

/**
 * Refuses an engine that does not have the runtime that was chosen.
 *
 * @throws AppError `config-invalid`
 */
export async function requireRuntime(docker: Docker, runtime: string | undefined): Promise<void> {
  if (runtime === undefined) return;
  const info = (await docker.info()) as Readonly<Record<string, unknown>>;
  const known = Object.keys(info['Runtimes'] ?? {});
  if (known.includes(runtime)) return;
  throw new AppError('config-invalid', `docker.runtime: the Docker engine has no runtime ${JSON.stringify(runtime)}.`, {
    hint: `It has ${known.join(', ') || 'none that it names'}. Install the runtime, add it to the engine's daemon.json and restart the engine.`,
  });
}
