import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerSpec } from '../sandbox/docker/container-spec.ts';
import type { Jail, SandboxLimits, SandboxSpec } from '../sandbox/sandbox.ts';
import { someJail } from '../../test/fakes/jail.ts';
import { checkSandboxRequest } from './sandbox-request.ts';

const mebibyte = 1024 ** 2;
const chosen: Jail = {
  ...someJail,
  limits: { memory: 1024 * mebibyte, cpus: 2, processes: 256, folderSize: 128 * mebibyte },
};
const spec: SandboxSpec = {
  image: `sha256:${'0'.repeat(64)}`,
  command: ['/opt/lean/bin/lean', '--worker'],
  env: { LEAN_NUM_THREADS: '2' },
  jail: { ...someJail, limits: { ...someJail.limits, cpus: 1.5 } },
  purpose: 'lean',
};
const owner = { owner: 'host:42', instance: 'abc', process: 'boot/pid/42/7' };

const withLimits = (limits: SandboxLimits, command = spec.command): SandboxSpec => ({
  ...spec,
  command,
  jail: { ...spec.jail, limits },
});

type Request = Record<string, unknown> & { HostConfig: Record<string, unknown> };

/** As it arrives. */
function sent(value: unknown): Request {
  return JSON.parse(JSON.stringify(value)) as Request;
}

const request = (): Request => sent(containerSpec(spec, owner));
const refusal = (value: unknown, by = chosen): string | undefined => {
  const checked = checkSandboxRequest(value, by);
  return 'refusal' in checked ? checked.refusal : undefined;
};

describe('a request to create a container', () => {
  it('is passed on when it describes a sandbox', () => {
    const asked = request();
    const checked = checkSandboxRequest(asked, chosen);
    expect(checked).toMatchObject({ image: spec.image, memory: spec.jail.limits.memory });
    expect('body' in checked && JSON.parse(checked.body)).toEqual(asked);
  });

  it('is passed on for every command and every amount within the limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: chosen.limits.memory }),
        fc.integer({ min: 1, max: 256 }),
        (command, hundredths, memory, processes) => {
          const limits = { ...spec.jail.limits, cpus: hundredths / 100, memory, processes };
          expect(refusal(sent(containerSpec(withLimits(limits, command), owner)))).toBeUndefined();
        },
      ),
    );
  });

  it('is passed on with what the operator chose, and only with that', () => {
    const options = { runtime: 'runsc', cgroupParent: '/lean' };
    const made = sent(containerSpec({ ...spec, jail: { ...spec.jail, ...options } }, owner));
    expect(refusal(made, { ...chosen, ...options })).toBeUndefined();
    expect(refusal(made)).toContain('HostConfig.Runtime');
    expect(refusal(request(), { ...chosen, ...options })).toContain('HostConfig.Runtime');
  });

  it.each([
    ['Binds', ['/:/host']],
    ['Mounts', [{ Type: 'bind', Source: '/', Target: '/host' }]],
    ['VolumesFrom', ['other']],
    ['Privileged', true],
    ['CapAdd', ['SYS_ADMIN']],
    ['CapDrop', []],
    ['Devices', [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }]],
    ['DeviceRequests', [{ Count: -1 }]],
    ['NetworkMode', 'host'],
    ['PidMode', 'host'],
    ['IpcMode', 'host'],
    ['UTSMode', 'host'],
    ['UsernsMode', 'host'],
    ['CgroupnsMode', 'host'],
    ['CgroupParent', '/'],
    ['Runtime', 'other'],
    ['SecurityOpt', ['seccomp=unconfined']],
    ['SecurityOpt', []],
    ['MaskedPaths', []],
    ['ReadonlyPaths', []],
    ['ReadonlyRootfs', false],
    ['Sysctls', { 'kernel.shmmax': '1' }],
    ['AutoRemove', false],
    ['RestartPolicy', { Name: 'always' }],
    ['MemorySwap', -1],
    ['OomKillDisable', true],
    ['Tmpfs', { '/tmp': 'exec' }],
    ['LogConfig', { Type: 'syslog', Config: {} }],
    ['PortBindings', { '80/tcp': [{ HostPort: '80' }] }],
  ])('is refused when its %s is %j', (name, value) => {
    const { HostConfig, ...rest } = request();
    expect(refusal({ ...rest, HostConfig: { ...HostConfig, [name]: value } })).toContain(`HostConfig.${name}`);
  });

  it.each([
    ['User', '0:0'],
    ['Entrypoint', ['/bin/sh']],
    ['Volumes', { '/data': {} }],
    ['NetworkDisabled', false],
    ['NetworkingConfig', { EndpointsConfig: {} }],
    ['WorkingDir', '/'],
    ['hostconfig', { Binds: ['/:/host'] }],
    ['OpenStdin', false],
    ['Healthcheck', { Test: ['CMD', 'x'] }],
  ])('is refused when its %s is %j', (name, value) => {
    expect(refusal({ ...request(), [name]: value })).toContain(name);
  });

  it.each([
    ['cpus', { ...spec.jail.limits, cpus: 2.5 }],
    ['processes', { ...spec.jail.limits, processes: 257 }],
    ['folderSize', { ...spec.jail.limits, folderSize: 129 * mebibyte }],
  ])('is refused with more %s than the operator allows', (name, limits) => {
    expect(refusal(sent(containerSpec(withLimits(limits), owner)))).toContain(`limit ${name}`);
  });

  it('is refused with labels of others, or without ours', () => {
    const { Labels, ...rest } = request();
    expect(refusal({ ...rest, Labels: { ...(Labels as object), other: 'x' } })).toContain('Labels');
    expect(refusal(rest)).toContain('Labels');
  });

  it('is refused when anything is put in anywhere', () => {
    const names = fc.constantFrom('Binds', 'x', 'binds', '__proto__', '0');
    fc.assert(
      fc.property(names, fc.jsonValue(), fc.boolean(), (name, value, inHost) => {
        const changed = request();
        const place = inHost ? changed.HostConfig : changed;
        Object.defineProperty(place, name, { value, enumerable: true, configurable: true });
        expect(refusal(changed)).toBeDefined();
      }),
    );
  });

  it.each([null, [], 'x', 1, {}, { HostConfig: null }])('is refused when it is %j', (value) => {
    expect(refusal(value)).toBeDefined();
  });
});
