import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { parseEngineInfo } from '../../sandbox/docker/engine-facts.ts';
import { checkDisk, judgeDisk } from './disk.ts';
import type { Engine } from './engine.ts';

const gibibyte = 1024 ** 3;

function engine(changes: { isSocket?: boolean; folder?: string; host?: string }): Pick<Engine, 'endpoint' | 'info'> {
  const { isSocket = true, folder = tmpdir(), host = 'here' } = changes;
  return {
    endpoint: { name: 'somewhere', isSocket },
    info: parseEngineInfo({ DockerRootDir: folder, Name: host }),
  };
}

test('an engine on this machine is looked at', async () => {
  const { verdict, detail } = await checkDisk(engine({}), 'here');
  expect(verdict).not.toBe('skipped');
  expect(detail).toContain(` free at ${tmpdir()}`);
});

test.each([
  ['speaks over the network', { isSocket: false }],
  ['is in a virtual machine', { host: 'docker-desktop' }],
  ['has its data in a folder that is not here', { folder: '/no/such/folder' }],
])('an engine that %s is skipped', async (_, changes) => {
  expect((await checkDisk(engine(changes), 'here')).verdict).toBe('skipped');
});

test.each([
  [10 * gibibyte, 'ok'],
  [gibibyte, 'warning'],
  [1024 ** 2, 'failed'],
])('%d free bytes: %s', (free, verdict) => {
  expect(judgeDisk(free, '/var/lib/docker').verdict).toBe(verdict);
});
