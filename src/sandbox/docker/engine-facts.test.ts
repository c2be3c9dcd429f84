import { expect, test } from 'vitest';
import { hasSecurityOption, isolationOf, parseEngineInfo, parseEngineVersion } from './engine-facts.ts';

test('versions and product are read', () => {
  const answer = { Version: '29.1.0', ApiVersion: '1.52', Components: [{ Name: 'Engine', Version: '29.1.0' }] };
  expect(parseEngineVersion(answer)).toEqual({ server: '29.1.0', api: '1.52', isPodman: false });
});

test('Podman is told from Docker', () => {
  const answer = { Version: '5.4.0', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] };
  expect(parseEngineVersion(answer).isPodman).toBe(true);
});

test.each([undefined, null, 'OK', [], {}, { MemoryLimit: 'yes', Runtimes: null, SecurityOptions: 7 }])(
  'of %j no limit is taken as enforced',
  (answer) => {
    const expected = { MemoryLimit: false, CpuCfsQuota: false, PidsLimit: false, Runtimes: {}, SecurityOptions: [] };
    expect(parseEngineInfo(answer)).toMatchObject(expected);
  },
);

const runtimes = {
  runc: {},
  runsc: {},
  safe: { path: '/usr/local/bin/runsc' },
  vm: { path: '/usr/bin/kata-runtime' },
  odd: null,
};

test.each([
  [undefined, 'runc', { runtime: 'runc', kernel: 'shared' }],
  [undefined, undefined, { runtime: 'runc', kernel: 'shared' }],
  [undefined, 'safe', { runtime: 'safe', kernel: 'gvisor' }],
  ['runsc', 'runc', { runtime: 'runsc', kernel: 'gvisor' }],
  ['vm', 'runc', { runtime: 'vm', kernel: 'virtual-machine' }],
  ['odd', 'runsc', { runtime: 'odd', kernel: 'shared' }],
  ['unknown', 'runsc', { runtime: 'unknown', kernel: 'shared' }],
] as const)('with runtime %s configured and %s as its default, sandboxes get %j', (configured, ofEngine, expected) => {
  expect(isolationOf(parseEngineInfo({ Runtimes: runtimes, DefaultRuntime: ofEngine }), configured)).toEqual(expected);
});

test('a protection is told by its whole name', () => {
  const info = parseEngineInfo({ SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'] });
  expect(hasSecurityOption(info, 'seccomp')).toBe(true);
  expect(hasSecurityOption(info, 'userns', 'cgroupns')).toBe(true);
  expect(hasSecurityOption(info, 'userns', 'cgroup', 'builtin')).toBe(false);
});
