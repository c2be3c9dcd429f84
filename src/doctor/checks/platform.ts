import type { Finding } from '../check.ts';
import type { EngineInfo } from '../engine-facts.ts';

/** Notes on where containers run; what weakens the jail is a warning. */
export function checkPlatform(info: EngineInfo): Finding {
  const { OperatingSystem, OSType, Architecture, KernelVersion, CgroupVersion } = info;
  if (OSType !== 'linux') {
    return {
      verdict: 'failed',
      detail: `the engine runs ${OSType} containers; Lean needs Linux containers`,
      next: String.raw`& "$Env:ProgramFiles\Docker\Docker\DockerCli.exe" -SwitchLinuxEngine`,
    };
  }
  const detail = [
    [OperatingSystem, Architecture].filter(Boolean).join(' '),
    `kernel ${KernelVersion}`,
    `cgroup v${CgroupVersion === '' ? '?' : CgroupVersion}`,
    ...notes(info),
  ].join(', ');
  if (info.SecurityOptions.some((option) => /^name=seccomp\b/.test(option))) {
    return { verdict: 'ok', detail, value: undefined };
  }
  return {
    verdict: 'warning',
    detail: `${detail}; the engine tells of no seccomp, with which sandboxes filter system calls`,
    next: 'docker info --format "{{.SecurityOptions}}"',
    value: undefined,
  };
}

function notes({ OperatingSystem, SecurityOptions, Runtimes, DefaultRuntime }: EngineInfo): string[] {
  const gvisor = Object.entries(Runtimes).find(([name, runtime]) => isGvisor(name, runtime))?.[0];
  return [
    ...(OperatingSystem.includes('Docker Desktop') ? ['in the virtual machine of Docker Desktop'] : []),
    ...(hasOption(SecurityOptions, 'rootless') ? ['rootless'] : []),
    ...(hasOption(SecurityOptions, 'userns') ? ['user namespaces'] : []),
    ...(gvisor === undefined
      ? []
      : [`gVisor is installed (runtime ${gvisor})${DefaultRuntime === gvisor ? ' and the default' : ''}`]),
  ];
}

/** Options look like `name=seccomp,profile=default`. */
function hasOption(options: readonly string[], name: string): boolean {
  return options.some((option) => option.split(',').includes(`name=${name}`));
}

/** @param name of the runtime @param runtime what the engine says about it */
export function isGvisor(name: string, runtime: unknown): boolean {
  const path: unknown = typeof runtime === 'object' && runtime !== null ? Reflect.get(runtime, 'path') : undefined;
  return /runsc|gvisor/i.test(`${name} ${typeof path === 'string' ? path : ''}`);
}
