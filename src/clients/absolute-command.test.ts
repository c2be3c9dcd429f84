import { expect, it } from 'vitest';
import { absoluteCommand } from './absolute-command.ts';

const linux = { platform: 'linux' as const, node: '/opt/node/bin/node', exists: () => true };

it('an installation that stays is started itself', () => {
  const main = '/usr/lib/node_modules/lean-docker-mcp/dist/cli/main.js';
  expect(absoluteCommand({ ...linux, main })).toEqual({ command: ['/opt/node/bin/node', main], env: {} });
});

it('one in the cache of npx is started by npx, which finds the same Node', () => {
  const main = '/home/ada/.npm/_npx/0f1e/node_modules/lean-docker-mcp/dist/cli/main.js';
  const npx = '/opt/node/lib/node_modules/npm/bin/npx-cli.js';
  expect(absoluteCommand({ ...linux, main, exists: (file) => file === npx })).toEqual({
    command: ['/opt/node/bin/node', npx, '-y', 'lean-docker-mcp'],
    env: { PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin' },
  });
  const npm = '/elsewhere/npm/bin/npm-cli.js';
  expect(absoluteCommand({ ...linux, main, npm }).command[1]).toBe('/elsewhere/npm/bin/npx-cli.js');
});

it('on Windows, npx is beside Node', () => {
  const node = 'C:\\Program Files\\nodejs\\node.exe';
  const main = 'C:\\Users\\ada\\AppData\\Local\\npm-cache\\_npx\\0f\\node_modules\\lean-docker-mcp\\dist\\cli\\main.js';
  const npx = 'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npx-cli.js';
  const found = absoluteCommand({ platform: 'win32', node, main, exists: (file) => file === npx });
  expect(found.command).toEqual([node, npx, '-y', 'lean-docker-mcp']);
  expect(found.env['PATH']).toMatch(/^C:\\Program Files\\nodejs;/);
});

it('where there is no npx, the copy in its cache must do', () => {
  const main = '/home/ada/.npm/_npx/0f1e/node_modules/lean-docker-mcp/dist/cli/main.js';
  expect(absoluteCommand({ ...linux, main, exists: () => false }).command).toEqual(['/opt/node/bin/node', main]);
});
