import { describe, expect, it } from 'vitest';
import { neededFolders } from './bundled-packages.ts';

const packages = {
  'node_modules/a': { dependencies: { b: '1', '@s/c': '1' } },
  'node_modules/a/node_modules/b': { dependencies: { a: '1', d: '1' } },
  'node_modules/b': {},
  'node_modules/@s/c': { optionalDependencies: { native: '1' } },
  'node_modules/d': {},
  'node_modules/native': {},
};

describe('neededFolders', () => {
  it('follows dependencies to the nearest folder that has them, in circles too', () => {
    expect([...neededFolders(['a'], packages)].sort()).toEqual([
      'node_modules/@s/c',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/d',
    ]);
  });

  it('says which package the lock does not have', () => {
    expect(() => neededFolders(['e'], packages)).toThrow('no e for this package');
  });
});
