import { expect, it } from 'vitest';
import { configReference } from './config-reference.ts';
import { settingKeys } from './setting-keys.ts';

it('has a row for every setting, with as many cells as the header', () => {
  const [header, rule, ...rows] = configReference().split('\n');
  const cells = (row = ''): number => row.split('|').length;
  expect(rows).toHaveLength(settingKeys.length);
  for (const row of [rule, ...rows]) expect(cells(row), row).toBe(cells(header));
});

it('shows defaults as they are written in the file, and every variable', () => {
  const row = (name: string): string =>
    configReference()
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\``)) ?? '';
  expect(row('docker.memory_limit')).toContain(
    '| `LEAN_DOCKER_MCP_MEMORY_LIMIT` | `auto` | auto, or a size of 6m or more',
  );
  expect(row('docker.toolchain_dir')).toContain('`LEAN_DOCKER_MCP_TOOLCHAIN_DIR`, `LEAN_TOOLCHAIN_DIR` | none |');
  expect(row('lean.allowed_imports')).toContain('| `auto` |');
  expect(row('lean.blocked_imports')).toContain('`[]`');
});
