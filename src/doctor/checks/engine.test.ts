import { expect, test } from 'vitest';
import { describePodman, describeUnreachable, restartCommand } from './engine.ts';

const socket = { name: '/var/run/docker.sock', isSocket: true };
const failure = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

test.each<[NodeJS.Platform, string]>([
  ['linux', 'sudo systemctl start docker'],
  ['darwin', 'open -a Docker'],
  ['win32', 'docker desktop start'],
])('on %s the engine is started with %s', (platform, command) => {
  expect(describeUnreachable(failure('ENOENT'), socket, platform, undefined)).toMatchObject({
    verdict: 'failed',
    detail: 'no engine answers at /var/run/docker.sock (ENOENT)',
    next: expect.stringContaining(command) as string,
  });
});

test('where DOCKER_HOST is wrong, starting the engine of this machine would not help', () => {
  const endpoint = { name: 'DOCKER_HOST=tcp://far:2375', isSocket: false };
  const finding = describeUnreachable(failure('ECONNREFUSED'), endpoint, 'linux', 'tcp://far:2375');
  expect(finding).toMatchObject({
    detail: 'no engine answers at DOCKER_HOST=tcp://far:2375 (ECONNREFUSED)',
    next: expect.stringContaining('unset DOCKER_HOST') as string,
  });
});

test('a user without the right is told how to get it', () => {
  expect(describeUnreachable(failure('EACCES'), socket, 'linux', undefined)).toMatchObject({
    detail: 'this user may not use the engine at /var/run/docker.sock (EACCES)',
    next: 'sudo usermod -aG docker "$USER" && newgrp docker',
  });
});

test('an empty DOCKER_HOST is none', () => {
  expect(restartCommand({ env: { DOCKER_HOST: '' }, platform: 'linux' })).toBe('sudo systemctl restart docker');
});

test('an answer that is no HTTP is shown', () => {
  expect(describeUnreachable(new Error('Parse Error'), socket, 'linux', undefined)).toMatchObject({
    detail: 'no engine answers at /var/run/docker.sock (Parse Error)',
  });
});

test('Podman is named, and is not good enough', () => {
  expect(describePodman({ server: '4.3.1', api: '1.41', isPodman: true }, socket)).toMatchObject({
    verdict: 'failed',
    detail: 'Podman 4.3.1 at /var/run/docker.sock, which cannot make sandboxes as they must be',
  });
});
