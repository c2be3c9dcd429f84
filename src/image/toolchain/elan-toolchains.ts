import { readdir } from 'node:fs/promises';
import path from 'node:path';
import semver from 'semver';
import { byNewestVersion, isStableVersion } from '../lean-version.ts';

/** A toolchain that elan has installed. */
export interface ElanToolchain {
  readonly dir: string;
  readonly version: string;
}

/** Lean's official releases; folders of forks, nightly builds and linked toolchains are named otherwise. */
const folderName = /^leanprover--lean4---v(?<version>\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/;

/** The version in the name of one of elan's folders; `undefined` when it is not a release of Lean 4. */
export function versionOfElanFolder(name: string): string | undefined {
  return semver.valid(folderName.exec(name)?.groups?.['version']) ?? undefined;
}

/** Where elan keeps its toolchains. */
export function elanToolchainsDir(env: NodeJS.ProcessEnv, homeDir: string): string {
  return path.join(env['ELAN_HOME'] ?? path.join(homeDir, '.elan'), 'toolchains');
}

/**
 * Finds the toolchains that elan has installed.
 *
 * @param wanted a version; absent: all stable ones
 * @returns newest first; none when there is no elan
 */
export async function elanToolchains(dir: string, wanted?: string): Promise<ElanToolchain[]> {
  const names = await readdir(dir).catch(() => []);
  return names
    .flatMap((name) => {
      const version = versionOfElanFolder(name);
      return version === undefined ? [] : [{ dir: path.join(dir, name), version }];
    })
    .filter(({ version }) => (wanted === undefined ? isStableVersion(version) : version === wanted))
    .sort((left, right) => byNewestVersion(left.version, right.version));
}
