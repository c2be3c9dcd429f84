import { AppError } from '../../core/app-error.ts';
import type { EngineInfo } from './engine-facts.ts';

/**
 * Refuses an engine that would run sandboxes without their limits.
 *
 * @throws AppError `limits-not-enforced`
 */
export function requireEnforcedLimits({ MemoryLimit, CpuCfsQuota, PidsLimit }: EngineInfo): void {
  const limits = { memory: MemoryLimit, cpu: CpuCfsQuota, processes: PidsLimit };
  const missing = Object.entries(limits).filter(([, enforced]) => !enforced);
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
export function requireRuntime({ Runtimes }: EngineInfo, runtime: string | undefined): void {
  const known = Object.keys(Runtimes);
  if (runtime === undefined || known.includes(runtime)) return;
  throw new AppError('config-invalid', `docker.runtime: the Docker engine has no runtime ${JSON.stringify(runtime)}.`, {
    hint: `It has ${known.join(', ') || 'none that it names'}. Install the runtime, add it to the engine's daemon.json and restart the engine.`,
  });
}
