import type Docker from 'dockerode';
import type { Protection } from '../sandbox.ts';
import { isolationOf } from './runtime-isolation.ts';

/** What the operator chose about the jail. */
export interface ChosenJail {
  readonly runtime: string | undefined;
  readonly networkDisabled: boolean;
  readonly readOnly: boolean;
}

/** Asks the engine what it can give. Throws what the engine's client throws. */
export async function readProtection(docker: Docker, chosen: ChosenJail): Promise<Protection> {
  return protectionOf((await docker.info()) as Readonly<Record<string, unknown>>, chosen);
}

/** @param info what the engine tells of itself; what it does not tell counts as missing */
export function protectionOf(info: Readonly<Record<string, unknown>>, chosen: ChosenJail): Protection {
  const { runtime, hasOwnKernel } = isolationOf(info, chosen.runtime);
  const options = Array.isArray(info['SecurityOptions']) ? info['SecurityOptions'].map(String) : [];
  const has = (...names: readonly string[]): boolean =>
    options.some((option) => names.some((name) => option.split(',').includes(`name=${name}`)));
  const needed = {
    'a filter of system calls (seccomp)': has('seccomp'),
    'isolation from the network (docker.network_disabled is off)': chosen.networkDisabled,
    'a read-only file system (docker.read_only is off)': chosen.readOnly,
  };
  const wanted = {
    'a kernel of its own (a runtime such as gVisor)': hasOwnKernel,
    'user namespaces or a rootless engine': has('userns', 'rootless'),
    'AppArmor or SELinux': has('apparmor', 'selinux'),
    'a limit on swap': info['SwapLimit'] === true,
    'control groups of version 2': info['CgroupVersion'] === '2',
  };
  const level = missingIn(needed).length > 0 ? 'weakened' : hasOwnKernel ? 'own-kernel' : 'shared-kernel';
  return { level, runtime, missing: [...missingIn(needed), ...missingIn(wanted)] };
}

function missingIn(protections: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(protections).flatMap(([name, isThere]) => (isThere ? [] : [name]));
}
