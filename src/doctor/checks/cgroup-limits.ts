import { formatBytes } from '../../core/bytes.ts';
import { inspectImage } from '../../image/inspect-image.ts';
import { runCommand } from '../../image/run-command.ts';
import { isolationOf, type RuntimeIsolation } from '../../sandbox/docker/engine-facts.ts';
import type { SandboxLimits, SandboxSpec } from '../../sandbox/sandbox.ts';
import {
  memoryProblemOfOwnKernel,
  parseCgroupReading,
  readCgroupCommand,
  unenforcedLimits,
  type CgroupReading,
} from '../cgroup-reading.ts';
import type { Finding } from '../check.ts';
import type { TimeLimit } from '../examination.ts';
import { exportCommand } from '../next-step.ts';
import type { ConfiguredProgram } from '../surroundings.ts';
import type { Engine } from './engine.ts';
import type { UsableImage } from './image.ts';

/** What a sandbox read of its limits, and what was asked for. */
export interface EnforcedLimits {
  readonly asked: SandboxLimits;
  readonly reading: CgroupReading;
}

const enableControllers =
  'Give the engine the cgroup controllers memory, cpu and pids (rootless Docker: https://docs.docker.com/engine/security/rootless/)';

/**
 * The kernel holds sandboxes to their limits: one is made, and reads its own. Anything but the limits that were asked for
 * is a failure.
 *
 * @param usable the configured image; without one the base image has to do
 */
export async function checkCgroupLimits(
  { base, driver }: ConfiguredProgram,
  { docker, info }: Engine,
  usable: UsableImage | undefined,
  timeLimit: TimeLimit,
): Promise<Finding<EnforcedLimits>> {
  const { image, jail } = usable?.launch ?? base;
  const asked = jail.limits;
  const lacking = lackingControllers(info);
  if (lacking.length > 0) {
    return { verdict: 'failed', detail: `the engine cannot limit ${lacking.join(', ')}`, next: enableControllers };
  }
  if (info.NCPU > 0 && asked.cpus > info.NCPU) {
    const detail = `docker.cpu_limit is ${asked.cpus}, but the engine has ${info.NCPU} CPUs`;
    return { verdict: 'failed', detail, next: exportCommand('CPU_LIMIT', String(info.NCPU)) };
  }
  if (usable === undefined && (await inspectImage(docker, image)) === undefined) {
    const detail = `not known: there is neither the image nor its base ${image} to make a sandbox of`;
    return { verdict: 'skipped', detail };
  }
  const spec: SandboxSpec = { image, command: readCgroupCommand, env: {}, jail, purpose: 'probe' };
  const { exitCode, stdout, stderr } = await runCommand(driver, spec, timeLimit);
  if (exitCode !== 0) {
    const said = stderr.trim();
    const detail = `a sandbox cannot read its limits (exit code ${exitCode ?? 'unknown'}${said === '' ? '' : `: ${said}`})`;
    return { verdict: 'failed', detail, next: enableControllers };
  }
  return judgeLimits(parseCgroupReading(stdout), asked, isolationOf(info, jail.runtime));
}

/** Compares what a sandbox read with what was asked for. */
export function judgeLimits(
  reading: CgroupReading,
  asked: SandboxLimits,
  { kernel, runtime }: RuntimeIsolation,
): Finding<EnforcedLimits> {
  if (kernel === 'gvisor' && reading.memory === undefined) return judgeGvisor(reading, asked, runtime);
  const problems = unenforcedLimits(reading, asked);
  if (problems.length > 0) return { verdict: 'failed', detail: problems.join('; '), next: enableControllers };
  const detail = `a sandbox read its own: ${formatBytes(asked.memory)} memory, ${asked.processes} processes, ${asked.cpus} CPU`;
  return { verdict: 'ok', detail, value: { asked, reading } };
}

/** gVisor shows sandboxes no control groups: memory is all that can be read. */
function judgeGvisor(reading: CgroupReading, asked: SandboxLimits, runtime: string): Finding<EnforcedLimits> {
  const problems = memoryProblemOfOwnKernel(reading, asked);
  if (problems.length > 0) {
    const next = `Leave --ignore-cgroups out of the flags of the runtime ${runtime}`;
    return { verdict: 'failed', detail: problems.join('; '), next };
  }
  return {
    verdict: 'warning',
    detail: `a sandbox has ${formatBytes(asked.memory)} memory; the runtime ${runtime} does not show it the limits of processes and CPUs, so whether they hold is for attacks R1 and R16 to tell`,
    next: 'lean-docker-mcp doctor --attack',
    // What it says about the machine is about the sandbox.
    value: { asked, reading: { memory: asked.memory } },
  };
}

/** What the engine says it cannot limit. */
function lackingControllers({ MemoryLimit, CpuCfsQuota, PidsLimit }: Engine['info']): string[] {
  return [
    ...(MemoryLimit ? [] : ['memory']),
    ...(CpuCfsQuota ? [] : ['CPU time']),
    ...(PidsLimit ? [] : ['the number of processes']),
  ];
}
