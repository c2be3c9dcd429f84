import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { elanToolchains, elanToolchainsDir, versionOfElanFolder } from './elan-toolchains.ts';

async function versions(folders: readonly string[], wanted?: string): Promise<string[]> {
  await using elan = await temporaryFolder();
  for (const name of folders) await mkdir(path.join(elan.path, name));
  return (await elanToolchains(elan.path, wanted)).map(({ version }) => version);
}

const installed = [
  'leanprover--lean4---v4.9.0',
  'leanprover--lean4---v4.27.0',
  'leanprover--lean4---v4.28.0-rc1',
  'leanprover--lean4---v4.10.0',
  'leanprover--lean4-nightly---nightly-2026-01-01',
  'someone--lean4---v9.0.0',
  'my-lean',
];

describe('elanToolchains', () => {
  it('are the stable releases, newest first by number', async () => {
    expect(await versions(installed)).toEqual(['4.27.0', '4.10.0', '4.9.0']);
  });

  it('are just the wanted version, a candidate too, when one is named', async () => {
    expect(await versions(installed, '4.10.0')).toEqual(['4.10.0']);
    expect(await versions(installed, '4.28.0-rc1')).toEqual(['4.28.0-rc1']);
    expect(await versions(installed, '4.11.0')).toEqual([]);
  });

  it('are none without elan', async () => {
    expect(await elanToolchains('/does/not/exist')).toEqual([]);
  });
});

describe('versionOfElanFolder', () => {
  it.each([
    ['leanprover--lean4---v4.27.0', '4.27.0'],
    ['leanprover--lean4---4.27.0', undefined],
    ['leanprover--lean4---v4.27', undefined],
    ['xleanprover--lean4---v4.27.0', undefined],
  ])('of %s is %s', (name, version) => {
    expect(versionOfElanFolder(name)).toBe(version);
  });
});

describe('elanToolchainsDir', () => {
  it('is in ELAN_HOME, else in the home folder', () => {
    expect(elanToolchainsDir({ ELAN_HOME: '/opt/elan' }, '/home/ada')).toBe('/opt/elan/toolchains');
    expect(elanToolchainsDir({}, '/home/ada')).toBe('/home/ada/.elan/toolchains');
  });
});
