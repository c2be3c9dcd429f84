/* What this installation offers, as the resource lean://installation tells it. */
import type { Settings } from '../config/schema.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { usableKernels } from '../lean/toolchain.ts';
import { allowedModules } from '../lean/source/import-policy.ts';
import type { EngineInfo } from '../sandbox/docker/engine-facts.ts';
import { protectionOf } from '../sandbox/docker/protection.ts';
import { reachableBugs } from '../verify/kernel-bugs.ts';
import { warmHeaders } from './auto-settings.ts';
import type { WiredEnvironment } from './wire-environments.ts';

/** What code finds in an environment. */
export function describeEnvironment({ lean, policy }: WiredEnvironment, launch: LeanLaunch): Record<string, unknown> {
  const { toolchain, jail } = launch;
  const allowed = allowedModules(policy(launch));
  return {
    lean_version: toolchain.version,
    toolchain: toolchain.versionLine,
    libraries: toolchain.libraries,
    allowed_imports: allowed.length === 0 ? 'all' : allowed,
    blocked_imports: lean.blocked_imports,
    warm_headers: warmHeaders(lean, toolchain),
    known_soundness_bugs: reachableBugs(toolchain.version, jail.limits.memory).map(({ number, what, firstGood }) => ({
      number,
      what,
      first_good: firstGood,
    })),
    other_kernels: usableKernels(toolchain),
  };
}

/** What a call may use there. */
export function describeLimits({ limits }: LeanLaunch['jail'], docker: Settings['docker']): Record<string, unknown> {
  return {
    memory_bytes: limits.memory,
    cpus: limits.cpus,
    timeout_seconds: docker.timeout,
    max_timeout_seconds: docker.max_timeout,
    code_bytes: docker.max_code_size,
  };
}

/** What stands between code and the machine. */
export function describeProtection(info: EngineInfo, jail: LeanLaunch['jail']): Record<string, unknown> {
  const { level, runtime, missing } = protectionOf(info, jail);
  return { security_level: level, runtime, missing_protections: missing };
}

/** Every environment that has a name, in their order; nothing is built for that. */
export async function describeEnvironments(
  environments: readonly WiredEnvironment[],
): Promise<Record<string, unknown>[]> {
  const named = environments.filter(({ name }) => name !== undefined);
  return await Promise.all(
    named.map(async (environment, index) => {
      const { name, docker } = environment;
      const launch = await environment.find();
      return {
        name,
        ...(index === 0 && { used_when_none_is_named: true }),
        image: docker.image,
        ...(launch === undefined
          ? { missing: 'Its image is not there; the first call that names it builds it.' }
          : { ...describeEnvironment(environment, launch), limits: describeLimits(launch.jail, docker) }),
      };
    }),
  );
}
