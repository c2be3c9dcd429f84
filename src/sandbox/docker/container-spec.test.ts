import { describe, expect, it } from 'vitest';
import { someJail } from '../../../test/fakes/jail.ts';
import type { Jail, SandboxSpec } from '../sandbox.ts';
import { containerSpec, describeLimits } from './container-spec.ts';
import { labelPrefix } from './labels.ts';

const spec: SandboxSpec = {
  image: 'sha256:1234',
  command: ['/opt/lean/bin/lean', '--worker', '$(touch x)', 'two words'],
  env: { LEAN_NUM_THREADS: '2' },
  jail: { ...someJail, limits: { ...someJail.limits, cpus: 1.5 } },
  purpose: 'lean',
};
const withJail = (changes: Partial<Jail>): SandboxSpec => ({ ...spec, jail: { ...spec.jail, ...changes } });
const owner = { owner: 'host:42', instance: 'abc', process: 'boot/pid/42/7' };

describe('the container of a sandbox', () => {
  const request = containerSpec(spec, owner);
  const host = request.HostConfig;

  it('runs the command as it is, with no shell and no entry point before it', () => {
    expect(request).toMatchObject({ Image: spec.image, Cmd: spec.command, Entrypoint: [], Tty: false });
  });

  it('runs as a numeric user that is not root', () => {
    expect(request.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('has no network', () => {
    expect(request.NetworkDisabled).toBe(true);
    expect(host.NetworkMode).toBe('none');
  });

  it('has no capabilities and cannot gain any', () => {
    expect(host.CapDrop).toEqual(['ALL']);
    expect(host.CapAdd ?? []).toEqual([]);
    expect(host.Privileged ?? false).toBe(false);
    expect(host.SecurityOpt).toContain('no-new-privileges:true');
  });

  it('has a list of the system calls that it may make', () => {
    const options = host.SecurityOpt as readonly string[];
    const option = options.find((text) => text.startsWith('seccomp=')) ?? '';
    expect(JSON.parse(option.slice('seccomp='.length))).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO' });
  });

  it('sees nothing of the host’s files: no binds, mounts, volumes or devices, and what /proc tells is hidden', () => {
    for (const way of ['Binds', 'Mounts', 'VolumesFrom', 'Devices', 'DeviceRequests', 'Links', 'ExtraHosts']) {
      expect(host).not.toHaveProperty(way);
    }
    expect(request).not.toHaveProperty('Volumes');
    expect(host.MaskedPaths).toEqual(expect.arrayContaining(['/proc/kcore', '/proc/keys', '/sys/firmware']));
    expect(host.ReadonlyPaths).toEqual(expect.arrayContaining(['/proc/sys', '/proc/sysrq-trigger']));
  });

  it('shares no namespace with the host', () => {
    expect(host.IpcMode).toBe('none');
    expect(host.CgroupnsMode).toBe('private');
    for (const namespace of ['PidMode', 'UTSMode', 'UsernsMode']) expect(host).not.toHaveProperty(namespace);
  });

  it('can write to two small folders only, in memory, and run nothing from them', () => {
    expect(host.ReadonlyRootfs).toBe(true);
    const folders = Object.entries(host.Tmpfs ?? {});
    expect(folders.map(([path]) => path).sort()).toEqual([spec.jail.workingDir, '/tmp'].sort());
    for (const [, options] of folders) {
      for (const option of ['noexec', 'nosuid', 'nodev', `size=${spec.jail.limits.folderSize}`]) {
        expect(options.split(',')).toContain(option);
      }
      expect(options).toMatch(/,nr_inodes=\d+k,/);
    }
  });

  it('has no more memory with swap than without', () => {
    expect(host.Memory).toBe(spec.jail.limits.memory);
    expect(host.MemorySwap).toBe(spec.jail.limits.memory);
    expect(host.OomKillDisable ?? false).toBe(false);
    expect(host.OomScoreAdj).toBeGreaterThan(0);
  });

  it('has its share of CPU, processes and files', () => {
    expect(host.NanoCpus).toBe(1_500_000_000);
    expect(host.PidsLimit).toBe(64);
    const limit = (name: string): unknown => host.Ulimits?.find(({ Name }) => Name === name);
    expect(limit('core')).toMatchObject({ Hard: 0 });
    expect(limit('nofile')).toMatchObject({ Hard: 4096 });
    expect(limit('fsize')).toMatchObject({ Hard: spec.jail.limits.folderSize });
  });

  it('ends when the hand on its stdin lets go, is removed then, and never comes back', () => {
    expect(request).toMatchObject({ OpenStdin: true, StdinOnce: true, AttachStdin: true });
    expect(host.AutoRemove).toBe(true);
    expect(host.RestartPolicy).toEqual({ Name: 'no' });
  });

  it('leaves no log on the host', () => {
    expect(host.LogConfig).toEqual({ Type: 'none', Config: {} });
  });

  it('says whose it is and what for', () => {
    expect(request.Labels).toMatchObject({
      [`${labelPrefix}owner`]: 'host:42',
      [`${labelPrefix}instance`]: 'abc',
      [`${labelPrefix}purpose`]: 'lean',
    });
  });

  it('has an environment of ours alone, in which what the caller sets wins', () => {
    expect(request.Env).toContain('LEAN_NUM_THREADS=2');
    expect(request.Env).toContain(`HOME=${spec.jail.workingDir}`);
    const mine = containerSpec({ ...spec, env: { HOME: '/elsewhere' } }, owner).Env ?? [];
    expect(mine.filter((entry) => entry.startsWith('HOME='))).toEqual(['HOME=/elsewhere']);
  });
});

describe('what an operator may loosen', () => {
  it('is the network and the read-only root, each on its own', () => {
    const networked = containerSpec(withJail({ networkDisabled: false }), owner);
    expect(networked).toMatchObject({
      NetworkDisabled: false,
      HostConfig: { NetworkMode: 'default', ReadonlyRootfs: true },
    });
    const writable = containerSpec(withJail({ readOnly: false }), owner);
    expect(writable).toMatchObject({
      NetworkDisabled: true,
      HostConfig: { NetworkMode: 'none', ReadonlyRootfs: false },
    });
  });

  it('does not include the runtime or the cgroup unless they are chosen', () => {
    expect(containerSpec(spec, owner).HostConfig).not.toHaveProperty('Runtime');
    expect(containerSpec(spec, owner).HostConfig).not.toHaveProperty('CgroupParent');
    const chosen = containerSpec(withJail({ runtime: 'runsc', cgroupParent: 'lean.slice' }), owner);
    expect(chosen.HostConfig).toMatchObject({ Runtime: 'runsc', CgroupParent: 'lean.slice' });
  });
});

it('the limits in a line name an open network loudly', () => {
  expect(describeLimits(spec.jail)).toBe('512 MiB memory, 1.5 CPU, 64 processes, network off');
  expect(describeLimits({ ...spec.jail, networkDisabled: false })).toContain('network ON');
});
