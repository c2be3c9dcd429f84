import type { GitServer } from './git-server.ts';

/** Packages of ours on a server, of which each requires the one before. */
export interface PublishedPackages {
  /** Commits by the names of the packages. */
  readonly commits: Readonly<Record<'ground' | 'middle' | 'tower' | 'mathlib', string>>;
}

const library = (name: string, root: string): string =>
  `name = "${name}"\ndefaultTargets = ["${root}"]\n\n[[lean_lib]]\nname = "${root}"\n`;

/** What requires a package; strings of TOML are strings of JSON. */
export const requires = (name: string, url: string, revision: string): string =>
  `\n[[require]]\nname = "${name}"\ngit = "${url}"\nrev = "${revision}"\n`;

const manifest = (name: string, entries: readonly object[]): string =>
  JSON.stringify({ version: '1.1.0', packagesDir: '.lake/packages', packages: entries, name, lakeDir: '.lake' });

const entry = (name: string, url: string, rev: string, inputRev: string): object => ({
  url,
  type: 'git',
  subDir: null,
  scope: '',
  rev,
  name,
  manifestFile: 'lake-manifest.json',
  inputRev,
  inherited: false,
  configFile: 'lakefile.toml',
});

/** Publishes them, for the version of Lean that there is. */
export async function publishPackages(server: GitServer, leanVersion: string): Promise<PublishedPackages> {
  const tag = `v${leanVersion}`;
  const toolchain = { 'lean-toolchain': `leanprover/lean4:${tag}\n` };
  const at = (name: string): string => `${server.url}/${name}.git`;
  const ground = await server.publish(
    'ground',
    {
      ...toolchain,
      'lakefile.toml': library('ground', 'Ground'),
      'Ground.lean': 'import Ground.Basic\nimport Ground.More\n',
      'Ground/Basic.lean': 'def Ground.value : Nat := 1\n',
      'Ground/More.lean': 'def Ground.more : Nat := 2\n',
      'README.md': 'nothing of this is for an image',
    },
    [tag],
  );
  const middle = await server.publish(
    'middle',
    {
      ...toolchain,
      'lakefile.toml': library('middle', 'Middle') + requires('ground', at('ground'), 'main'),
      'lake-manifest.json': manifest('middle', [entry('ground', at('ground'), ground, 'main')]),
      'Middle.lean': 'import Ground.Basic\ndef Middle.value : Nat := Ground.value\n',
    },
    [tag],
  );
  const tower = await server.publish(
    'tower',
    {
      ...toolchain,
      'lakefile.toml': library('tower', 'Tower') + requires('middle', at('middle'), tag),
      'lake-manifest.json': manifest('tower', [
        entry('middle', at('middle'), middle, tag),
        { ...entry('ground', at('ground'), ground, 'main'), inherited: true },
      ]),
      'Tower.lean': 'import Middle\nimport Tower.Top\n',
      'Tower/Top.lean': 'import Ground.Basic\ndef Tower.value : Nat := Ground.value\n',
    },
    [tag],
  );
  const mathlib = await server.publish(
    'mathlib4',
    {
      ...toolchain,
      'lakefile.toml':
        library('mathlib', 'Mathlib') +
        '\n[[lean_exe]]\nname = "cache"\nroot = "Cache"\n' +
        requires('ground', at('ground'), tag),
      'lake-manifest.json': manifest('mathlib', [entry('ground', at('ground'), ground, tag)]),
      'Mathlib.lean': 'import Mathlib.Logic\n',
      'Mathlib/Logic.lean': 'import Ground.Basic\ndef Mathlib.value : Nat := Ground.value\n',
      'Cache.lean': 'def main (_ : List String) : IO Unit := IO.println "No files to download"\n',
    },
    [tag, 'v3.9.0', 'v99.0.0-rc1'],
  );
  return { commits: { ground, middle, tower, mathlib } };
}
