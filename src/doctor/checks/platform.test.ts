import { expect, test } from 'vitest';
import { parseEngineInfo } from '../../sandbox/docker/engine-facts.ts';
import { checkPlatform } from './platform.ts';

const plain = {
  OperatingSystem: 'Debian GNU/Linux 12',
  OSType: 'linux',
  Architecture: 'x86_64',
  KernelVersion: '6.1.0',
  CgroupVersion: '2',
  SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
  Runtimes: { runc: { path: 'runc' } },
  DefaultRuntime: 'runc',
};
const check = (changes: object) => checkPlatform(parseEngineInfo({ ...plain, ...changes }));

test('system, architecture, kernel and control groups are told', () => {
  const detail = 'Debian GNU/Linux 12 x86_64, kernel 6.1.0, cgroup v2';
  expect(check({})).toEqual({ verdict: 'ok', detail, value: undefined });
});

test.each([
  ['rootless', { SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'] }],
  ['in the virtual machine of Docker Desktop', { OperatingSystem: 'Docker Desktop' }],
  ['gVisor is installed (runtime runsc)', { Runtimes: { runc: {}, runsc: { path: '/usr/bin/runsc' } } }],
  ['gVisor is installed (runtime safe)', { Runtimes: { safe: { path: '/usr/bin/runsc' } } }],
  ['gVisor is installed (runtime runsc) and the default', { Runtimes: { runsc: {} }, DefaultRuntime: 'runsc' }],
])('a note says: %s', (note, changes) => {
  const { verdict, detail } = check(changes);
  expect(verdict).toBe('ok');
  expect(detail.endsWith(note)).toBe(true);
});

test('an engine without seccomp is a warning', () => {
  expect(check({ SecurityOptions: ['name=cgroupns'] })).toMatchObject({
    verdict: 'warning',
    detail: expect.stringContaining('no seccomp') as string,
  });
});

test('Windows containers cannot run Lean', () => {
  expect(check({ OSType: 'windows' }).verdict).toBe('failed');
});
