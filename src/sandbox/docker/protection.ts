import type { Jail, Protection } from '../sandbox.ts';
import { hasSecurityOption, isolationOf, type EngineInfo } from './engine-facts.ts';

/** What the engine can give and the jail asks for; what the engine does not tell counts as missing. */
export function protectionOf(info: EngineInfo, jail: Jail): Protection {
  const { runtime, kernel } = isolationOf(info, jail.runtime);
  const hasOwnKernel = kernel !== 'shared';
  const has = (...names: readonly string[]): boolean => hasSecurityOption(info, ...names);
  const needed = {
    'a filter of system calls (seccomp)': has('seccomp'),
    'isolation from the network (docker.network_disabled is off)': jail.networkDisabled,
    'a read-only file system (docker.read_only is off)': jail.readOnly,
  };
  const wanted = {
    'a kernel of its own (a runtime such as gVisor)': hasOwnKernel,
    'user namespaces or a rootless engine': has('userns', 'rootless'),
    'AppArmor or SELinux': has('apparmor', 'selinux'),
    'a limit on swap': info.SwapLimit,
    'control groups of version 2': info.CgroupVersion === '2',
  };
  const level = missingIn(needed).length > 0 ? 'weakened' : hasOwnKernel ? 'own-kernel' : 'shared-kernel';
  return { level, runtime, missing: [...missingIn(needed), ...missingIn(wanted)] };
}

function missingIn(protections: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(protections).flatMap(([name, isThere]) => (isThere ? [] : [name]));
}
