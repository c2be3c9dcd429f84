import { expect, test } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { describePodman, describeUnreachable, restartCommand } from './engine.ts';

const socket = { name: '/var/run/docker.sock', isSocket: true };
const failure = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

const on = (platform: NodeJS.Platform, env = {}) => ({ platform, env });

test.each<[NodeJS.Platform, string]>([
  ['linux', 'sudo systemctl start docker'],
  ['darwin', 'open -a Docker'],
  ['win32', 'docker desktop start'],
])('on %s the engine is started with %s', (platform, command) => {
  expect(describeUnreachable(failure('ENOENT'), socket.name, on(platform))).toMatchObject({
    verdict: 'failed',
    detail: 'no engine answers at /var/run/docker.sock (ENOENT)',
    next: expect.stringContaining(command) as string,
  });
});

test.each(['DOCKER_HOST', 'DOCKER_CONTEXT'])(
  'where %s is wrong, starting the engine of this machine would not help',
  (name) => {
    const finding = describeUnreachable(failure('ECONNREFUSED'), `${name}=far`, on('linux', { [name]: 'far' }));
    expect(finding).toMatchObject({
      detail: `no engine answers at ${name}=far (ECONNREFUSED)`,
      next: expect.stringContaining(`unset ${name}`) as string,
    });
  },
);

test('what was tried is told when nobody listens anywhere', () => {
  const error = new AppError('engine-unreachable', 'No Docker engine answers. There is nothing at /a, /b.');
  expect(describeUnreachable(error, 'its address', on('linux'))).toMatchObject({
    detail: error.message,
    next: expect.stringContaining('sudo systemctl start docker') as string,
  });
});

test('a context that there is not is told with those that there are', () => {
  const error = new AppError(
    { code: 'config-invalid', hint: 'There are: default.' },
    'DOCKER_CONTEXT names the context "x", which there is not.',
  );
  expect(describeUnreachable(error, 'its address', on('linux', { DOCKER_CONTEXT: 'x' }))).toMatchObject({
    detail: error.message,
    next: 'There are: default.',
  });
});

test('a user without the right is told how to get it', () => {
  expect(describeUnreachable(failure('EACCES'), socket.name, on('linux'))).toMatchObject({
    detail: 'this user may not use the engine at /var/run/docker.sock (EACCES)',
    next: 'sudo usermod -aG docker "$USER" && newgrp docker',
  });
});

test('an empty DOCKER_HOST is none', () => {
  expect(restartCommand({ env: { DOCKER_HOST: '' }, platform: 'linux' })).toBe('sudo systemctl restart docker');
});

test('an answer that is no HTTP is shown', () => {
  expect(describeUnreachable(new Error('Parse Error'), socket.name, on('linux'))).toMatchObject({
    detail: 'no engine answers at /var/run/docker.sock (Parse Error)',
  });
});

test('Podman is named, and is not good enough', () => {
  expect(describePodman({ server: '4.3.1', api: '1.41', isPodman: true }, socket)).toMatchObject({
    verdict: 'failed',
    detail: 'Podman 4.3.1 at /var/run/docker.sock, which cannot make sandboxes as they must be',
  });
});
