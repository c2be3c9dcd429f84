import type { Finding } from '../check.ts';
import { hasSecurityOption, isolationOf, type EngineInfo } from '../../sandbox/docker/engine-facts.ts';

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
  if (hasSecurityOption(info, 'seccomp')) {
    return { verdict: 'ok', detail, value: undefined };
  }
  return {
    verdict: 'warning',
    detail: `${detail}; the engine tells of no seccomp, with which sandboxes filter system calls`,
    next: 'docker info --format "{{.SecurityOptions}}"',
    value: undefined,
  };
}

function notes(info: EngineInfo): string[] {
  const { OperatingSystem, Runtimes, DefaultRuntime } = info;
  const gvisor = Object.keys(Runtimes).find((name) => isolationOf(info, name).kernel === 'gvisor');
  return [
    ...(OperatingSystem.includes('Docker Desktop') ? ['in the virtual machine of Docker Desktop'] : []),
    ...(hasSecurityOption(info, 'rootless') ? ['rootless'] : []),
    ...(hasSecurityOption(info, 'userns') ? ['user namespaces'] : []),
    ...(gvisor === undefined
      ? []
      : [`gVisor is installed (runtime ${gvisor})${DefaultRuntime === gvisor ? ' and the default' : ''}`]),
  ];
}
