import { describe, expect, it } from 'vitest';
import { someJail } from '../../../test/fakes/jail.ts';
import { parseEngineInfo } from './engine-facts.ts';
import type { Jail } from '../sandbox.ts';
import { protectionOf as judge } from './protection.ts';

const best = {
  DefaultRuntime: 'runc',
  Runtimes: { runc: {}, runsc: {} },
  SecurityOptions: ['name=seccomp,profile=default', 'name=apparmor', 'name=rootless'],
  SwapLimit: true,
  CgroupVersion: '2',
};
const protectionOf = (info: object, jail: Jail) => judge(parseEngineInfo(info), jail);
const chosen = someJail;
const kernel = 'a kernel of its own (a runtime such as gVisor)';

describe('the protection of sandboxes', () => {
  it('is a kernel of their own where the runtime gives one', () => {
    expect(protectionOf(best, { ...chosen, runtime: 'runsc' })).toEqual({
      level: 'own-kernel',
      runtime: 'runsc',
      missing: [],
    });
  });

  it('is a shared kernel as containers have it', () => {
    expect(protectionOf(best, chosen)).toEqual({ level: 'shared-kernel', runtime: 'runc', missing: [kernel] });
  });

  it.each([
    [{ SwapLimit: false }, 'a limit on swap'],
    [{ CgroupVersion: '1' }, 'control groups of version 2'],
    [{ SecurityOptions: ['name=seccomp,profile=default', 'name=userns'] }, 'AppArmor or SELinux'],
    [{ SecurityOptions: ['name=seccomp', 'name=selinux'] }, 'user namespaces or a rootless engine'],
  ])('tells what is missing: %j', (change, missing) => {
    const { level, missing: told } = protectionOf({ ...best, ...change }, chosen);
    expect(level).toBe('shared-kernel');
    expect([...told].sort()).toEqual([kernel, missing].sort());
  });

  it.each([
    [{ ...best, SecurityOptions: ['name=apparmor', 'name=userns'] }, chosen, 'a filter of system calls (seccomp)'],
    [best, { ...chosen, networkDisabled: false }, 'isolation from the network (docker.network_disabled is off)'],
    [best, { ...chosen, readOnly: false }, 'a read-only file system (docker.read_only is off)'],
  ])('is weakened without what every installation should have (%#)', (info, jail, missing) => {
    expect(protectionOf(info, { ...jail, runtime: 'runsc' })).toEqual({
      level: 'weakened',
      runtime: 'runsc',
      missing: [missing],
    });
  });

  it('is nothing at all on an engine that tells nothing', () => {
    expect(protectionOf({}, chosen)).toMatchObject({ level: 'weakened', runtime: 'runc' });
    expect(protectionOf({}, chosen).missing).toHaveLength(6);
  });
});
