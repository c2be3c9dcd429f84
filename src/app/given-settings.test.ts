import { expect, test } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { givenSettings } from './given-settings.ts';

test('only what was set is listed, as people write it and with its place', async () => {
  const yaml = 'docker:\n  memory_limit: 2g\n  image: mine:1\nlean:\n  blocked_imports: [Lean.Elab]\n';
  const config = await loadConfig({
    env: { LEAN_DOCKER_MCP_TIMEOUT: '60' },
    homeDir: '/home/me',
    flags: [{ flag: '--debug', key: 'debug', value: true }],
    readFile: () => Promise.resolve(yaml),
  });
  expect(givenSettings(config)).toEqual([
    { name: 'debug', value: 'true', origin: '--debug' },
    { name: 'docker.image', value: 'mine:1', origin: 'config.yaml line 3' },
    { name: 'docker.memory_limit', value: '2 GiB', origin: 'config.yaml line 2' },
    { name: 'docker.timeout', value: '60', origin: 'LEAN_DOCKER_MCP_TIMEOUT' },
    { name: 'lean.blocked_imports', value: '["Lean.Elab"]', origin: 'config.yaml line 5' },
  ]);
});

test('without any setting there is nothing to list', async () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  const config = await loadConfig({ env: {}, homeDir: '/home/me', readFile: () => Promise.reject(missing) });
  expect(givenSettings(config)).toEqual([]);
});
