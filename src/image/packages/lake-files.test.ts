import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPackageName, lakefile, packageName, readManifest } from './lake-files.ts';

describe('packageName', () => {
  it.each([
    [{ toml: '# x\nname = "aesop"\nversion = "1"\n' }, 'aesop'],
    [{ toml: 'name=\'Cli\'\n[[lean_lib]]\nname = "Other"' }, 'Cli'],
    [{ toml: '[[lean_lib]]\nname = "Other"' }, undefined],
    [{ lean: 'import Lake\nopen Lake DSL\n\npackage mathlib where\n  x := 1\n' }, 'mathlib'],
    [{ lean: 'package «import-graph» where\n' }, 'import-graph'],
    [{ lean: '-- package nothing\n', manifest: '{"name": "«doc-gen4»", "packages": []}' }, 'doc-gen4'],
    [{ toml: 'name = "../evil"\n' }, undefined],
    [{ lean: 'package «a b» where\n' }, undefined],
    [{}, undefined],
  ])('reads %j', (files, name) => {
    expect(packageName(files)).toBe(name);
  });

  it('never gives what cannot be the name of a folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = packageName({ toml: `name = ${JSON.stringify(text)}`, lean: `package «${text}»`, manifest: text });
        return name === undefined || (isPackageName(name) && !name.includes('/') && !name.startsWith('-'));
      }),
    );
  });
});

it('the lakefile of a project requires every package by its source', () => {
  const source = { kind: 'git', url: 'https://example.com/a.git', revision: 'abc' } as const;
  const text = lakefile([
    { name: 'a', source },
    { name: 'own', source: { kind: 'path', dir: '../folders/0' } },
  ]);
  expect(text).toBe(
    'name = "sandbox"\n\n[[require]]\nname = "a"\ngit = "https://example.com/a.git"\nrev = "abc"\n\n[[require]]\nname = "own"\npath = "../folders/0"\n',
  );
});

describe('readManifest', () => {
  const packages = [
    {
      type: 'git',
      name: 'mathlib',
      url: 'https://example.com/m',
      rev: 'abc',
      inputRev: 'v4.27.0',
      subDir: null,
      scope: '',
    },
    { type: 'git', name: '«doc-gen4»', url: 'https://example.com/d', rev: 'def', inputRev: null, subDir: 'lib' },
    { type: 'path', name: 'own', dir: '../folders/0' },
  ];

  it('tells where every package lies, and at which revision', () => {
    expect(readManifest(JSON.stringify({ version: '1.1.0', packagesDir: '.lake/packages', packages }))).toEqual([
      {
        name: 'mathlib',
        url: 'https://example.com/m',
        revision: 'abc',
        wanted: 'v4.27.0',
        dir: '.lake/packages/mathlib',
      },
      { name: 'doc-gen4', url: 'https://example.com/d', revision: 'def', dir: '.lake/packages/doc-gen4/lib' },
      { name: 'own', dir: '../folders/0' },
    ]);
  });

  it.each([
    '',
    '{}',
    '{"packages": [{"type": "hg", "name": "x"}]}',
    '{"packages": [{"type": "path", "name": "../x", "dir": "."}]}',
  ])('refuses %s', (text) => {
    expect(() => readManifest(text)).toThrow(/manifest/);
  });
});
