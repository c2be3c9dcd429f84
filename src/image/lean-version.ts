import semver from 'semver';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';

/** What the first line of `lean --version` tells. */
export interface VersionLine {
  /** The number; preceded by the program's name when it is not Lean itself. */
  readonly version: string;
  readonly githash?: string;
}

/**
 * Reads a line such as `Lean (version 4.27.0, x86_64-unknown-linux-gnu, commit 0a1b2c3d, Release)`.
 *
 * @returns `undefined` when it names no version
 */
export function parseVersionLine(line: string): VersionLine | undefined {
  const match = /^(?<program>[^()]*)\(version (?<number>[^\s,()]+)/.exec(line);
  const program = match?.groups?.['program']?.trim() ?? '';
  const number = match?.groups?.['number'];
  if (number === undefined) return undefined;
  const githash = /\bcommit ([0-9a-f]{7,64})\b/.exec(line)?.[1];
  const version = program === 'Lean' || program === '' ? number : `${program} ${number}`;
  return { version, ...(githash !== undefined && { githash }) };
}

/**
 * Reads a version as people name it: `4.27.0`, `v4.28.0-rc1`, `leanprover/lean4:v4.27.0`.
 *
 * @returns the number without `v`; `undefined` for `stable` and `latest`, the newest stable release
 * @throws AppError `usage`
 */
export function parseWantedVersion(text: string): string | undefined {
  const wanted = text.trim().replace(/^leanprover\/lean4:/, '');
  if (wanted === 'stable' || wanted === 'latest') return undefined;
  const version = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(wanted) ? semver.valid(wanted) : null;
  if (version !== null) return version;
  throw new AppError(failures.usage.leanVersion, `${JSON.stringify(text)} is not a version of Lean.`);
}

/** Whether this is a release and neither a candidate nor a nightly build. */
export function isStableVersion(version: string): boolean {
  return semver.prerelease(version) === null;
}

/** Newest first. */
export function byNewestVersion(left: string, right: string): number {
  return semver.rcompare(left, right);
}
