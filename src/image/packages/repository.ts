/* What a repository tells about a package before anything of it is built. */
import semver from 'semver';
import { AppError } from '../../core/app-error.ts';
import { toolchainVersion } from '../../lean/lake-project.ts';
import { failures } from '../../core/failures/failures.ts';
import { byNewestVersion, isStableVersion } from '../lean-version.ts';
import { packageName } from './lake-files.ts';
import type { PackageRequest } from './package-request.ts';

/** A package as its repository has it. */
export interface FoundPackage {
  readonly request: Extract<PackageRequest, { readonly kind: 'git' }>;
  readonly name: string;
  /** The commit. */
  readonly revision: string;
  /** The tag or branch that led to it. */
  readonly wanted?: string;
  /** The version of Lean that it says it is for. */
  readonly leanVersion?: string;
  /** Its file `lean-toolchain`. */
  readonly toolchain?: string;
}

/** The revisions that are asked for, the first of which is taken that is there. @param leanVersion of the toolchain */
export function wantedRevisions(
  { revision, isMathlib }: Pick<FoundPackage['request'], 'revision' | 'isMathlib'>,
  leanVersion: string,
): string[] {
  if (revision !== undefined) return [revision];
  const tag = `refs/tags/v${leanVersion}`;
  // Another revision of Mathlib would be for another Lean.
  return isMathlib ? [tag] : [tag, 'HEAD'];
}

/**
 * Reads what the script `look` printed.
 *
 * @throws AppError `image-build-failed` when the repository holds no package
 */
export function readLook(request: FoundPackage['request'], printed: string): FoundPackage {
  const facts = new Map(
    printed.split('\n').flatMap((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [] : [[line.slice(0, space), line.slice(space + 1)] as const];
    }),
  );
  const file = (name: string): string | undefined => {
    const content = facts.get(name);
    return content === undefined ? undefined : Buffer.from(content, 'base64').toString('utf8');
  };
  const revision = facts.get('revision') ?? '';
  const files = { toml: file('lakefile.toml'), lean: file('lakefile.lean'), manifest: file('lake-manifest.json') };
  if (!/^[0-9a-f]{40,64}$/.test(revision) || (files.toml === undefined && files.lean === undefined))
    throw noPackage(request.text, 'it holds no lakefile.toml and no lakefile.lean at this revision');
  const name = packageName(files);
  if (name === undefined) throw noPackage(request.text, 'its lakefile does not tell the name of the package');
  const wanted = facts.get('wanted')?.replace(/^refs\/tags\//, '');
  const toolchain = file('lean-toolchain')?.trim();
  const leanVersion = toolchainVersion(toolchain ?? '');
  return {
    request,
    name,
    revision,
    ...(wanted !== undefined && wanted !== 'HEAD' && { wanted }),
    ...(leanVersion !== undefined && { leanVersion }),
    ...(toolchain !== undefined && /^[\w./:-]{1,100}$/.test(toolchain) && { toolchain }),
  };
}

/** The newest release of Lean that a repository has a tag for, without `v`. @param printed by `git ls-remote` */
export function newestTaggedLean(printed: string): string | undefined {
  return printed
    .split('\n')
    .flatMap((line) => semver.valid(/\trefs\/tags\/v(\S+)$/.exec(line)?.[1]) ?? [])
    .filter(isStableVersion)
    .sort(byNewestVersion)[0];
}

function noPackage(text: string, reason: string): AppError {
  return new AppError(
    failures['image-build-failed'].noLakePackage,
    `The repository of \`--with ${text}\` is no Lake package: ${reason}.`,
  );
}

/**
 * Compares the version of Lean that a package is for with the one that there is.
 *
 * @returns what the person should know
 * @throws AppError `image-build-failed` when nothing could come of it
 */
export function requireFittingLean({ name, request, leanVersion }: FoundPackage, has: string): string | undefined {
  if (leanVersion === undefined || leanVersion === has) return undefined;
  const mismatch = `${request.text} is for Lean ${leanVersion}, and the toolchain is Lean ${has}`;
  if (name !== 'mathlib') return `${mismatch}: it is compiled with that, and may not compile.`;
  throw new AppError(
    failures['image-build-failed'].otherLeanNeeded({ leanVersion, release: has }),
    `${mismatch}: its compiled modules would not fit.`,
  );
}
