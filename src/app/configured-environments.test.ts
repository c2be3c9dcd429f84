import { describe, expect, it } from 'vitest';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import type { FlagValue } from '../config/sources.ts';
import { configuredEnvironments, findEnvironment } from './configured-environments.ts';

/** What somebody has configured whose file says this. */
async function configured(text: string, flags: readonly FlagValue[] = []): Promise<LoadedConfig> {
  return await loadConfig({
    configPath: '/etc/lean/config.yaml',
    env: {},
    homeDir: '/home/ada',
    currentDir: '/work',
    flags,
    readFile: () => Promise.resolve(text),
  });
}

const file = `
docker:
  image: lean:all
  memory_limit: 2g
lean:
  warm_headers: [Lean]
environments:
  mathlib:
    image: lean:mathlib
    memory_limit: 6g
    warm_headers: [Mathlib]
  core:
  old:
    image: lean:old
    toolchain_dir: ./old-lean
    lean_version: 4.20.0
`;

describe('environments', () => {
  it('are in their order, each with what it does not have from all', async () => {
    const all = configuredEnvironments(await configured(file));
    expect(all.map(({ name, docker, lean }) => [name, docker.image, docker.memory_limit, lean.warm_headers])).toEqual([
      ['mathlib', 'lean:mathlib', 6 * 1024 ** 3, ['Mathlib']],
      ['core', 'lean:all', 2 * 1024 ** 3, ['Lean']],
      ['old', 'lean:old', 2 * 1024 ** 3, ['Lean']],
    ]);
    expect(all[2]).toMatchObject({ leanVersion: '4.20.0', docker: { toolchain_dir: '/etc/lean/old-lean' } });
  });

  it('are one without a name where none is configured', async () => {
    const config = await configured('docker:\n  image: lean:all\n');
    const { docker, lean } = config.settings;
    expect(configuredEnvironments(config)).toEqual([{ name: undefined, docker, lean, leanVersion: undefined }]);
  });

  it('do not win over flags, which are about all of them', async () => {
    const flag: FlagValue = { flag: '--tag', key: 'docker.image', value: 'lean:tried' };
    const all = configuredEnvironments(await configured(file, [flag]));
    expect(all.map(({ docker }) => docker.image)).toEqual(['lean:tried', 'lean:tried', 'lean:tried']);
  });

  it('are found by name, and the first without one', async () => {
    const all = configuredEnvironments(await configured(file));
    expect(findEnvironment(all, undefined).name).toBe('mathlib');
    expect(findEnvironment(all, 'old').name).toBe('old');
    expect(() => findEnvironment(all, 'constructor')).toThrow('There is no environment "constructor".');
  });

  it.each([
    ['environments: {}', 'environments: expected a map of names, each with settings of its own below it, got {}'],
    ['environments: [a]', 'environments: expected a map of names'],
    ['environments:\n  7: {}', 'environments.7: expected a name of a letter'],
    ['environments:\n  a: 7', 'environments.a: expected keys below it, got 7 (config.yaml line 1)'],
    ['environments:\n  a: {image: }', 'environments.a.image: has no value'],
    ['environments:\n  a: {timeout: 5}', 'environments.a.timeout: unknown key. An environment takes image, base_image'],
    [
      'environments:\n  a: {cpu_limit: -1}',
      'environments.a.cpu_limit: expected a number of CPUs, 0.01 or more, got -1',
    ],
  ])('that cannot be used are refused, part by part: %j', async (text, problem) => {
    await expect(configured(text)).rejects.toThrow(problem);
  });
});
