/*
 * The files by which Lake knows packages: the project that is built to compile those that were asked for, and what can be
 * read of a package without running any of its code.
 */
import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { parseJson } from '../../core/parse-json.ts';

/** A package as a project of ours requires it. */
export interface Requirement {
  readonly name: string;
  readonly source:
    | { readonly kind: 'git'; readonly url: string; readonly revision: string }
    | { readonly kind: 'path'; readonly dir: string };
}

/** A package that Lake has resolved. */
export interface ResolvedPackage {
  readonly name: string;
  /** Absent when it is a folder. */
  readonly url?: string;
  /** The commit; absent when it is a folder. */
  readonly revision?: string;
  /** The tag or branch by which it was asked for. */
  readonly wanted?: string;
  /** Where it lies, relative to the project. */
  readonly dir: string;
}

/** The name of the project that requires everything. */
const projectName = 'sandbox';

const namePattern = /^[A-Za-z_][\w.-]{0,99}$/;

/** Whether a name can be that of a package and of a folder in an image. */
export function isPackageName(name: string): boolean {
  return namePattern.test(name) && !name.includes('..');
}

/** The configuration of the project. Its texts are written as JSON, whose strings are strings of TOML, too. */
export function lakefile(requirements: readonly Requirement[]): string {
  const tables = requirements.map(({ name, source }) => {
    const lines =
      source.kind === 'git'
        ? [`git = ${JSON.stringify(source.url)}`, `rev = ${JSON.stringify(source.revision)}`]
        : [`path = ${JSON.stringify(source.dir)}`];
    return ['', '[[require]]', `name = ${JSON.stringify(name)}`, ...lines, ''].join('\n');
  });
  return `name = ${JSON.stringify(projectName)}\n${tables.join('')}`;
}

/** The files that tell a package's name, as far as it has them. */
export interface PackageFiles {
  readonly toml?: string | undefined;
  readonly lean?: string | undefined;
  readonly manifest?: string | undefined;
}

/** The name by which a package calls itself; `undefined` when it does not say. */
export function packageName({ toml, lean, manifest }: PackageFiles): string | undefined {
  const found =
    (toml === undefined ? undefined : nameInToml(toml)) ??
    (lean === undefined ? undefined : nameInLean(lean)) ??
    z.object({ name: z.string() }).safeParse(parseJson(manifest ?? '')).data?.name;
  const name = found?.replace(/^«([^»]*)»$/, '$1');
  return name !== undefined && isPackageName(name) ? name : undefined;
}

/** Nothing of the package is run: what stands behind `package` at the start of a line is its name. */
function nameInLean(text: string): string | undefined {
  const line = text.split('\n').find((start) => start.startsWith('package '));
  const rest = line?.slice('package '.length).trim();
  return rest?.startsWith('«') === true ? rest.slice(1).split('»')[0] : rest?.split(/\s/)[0];
}

function nameInToml(text: string): string | undefined {
  for (const line of text.split('\n')) {
    // What follows the first table says nothing of the package itself.
    if (line.trimStart().startsWith('[')) return undefined;
    const name = /^\s*name\s*=\s*(?:"([^"\\\n]+)"|'([^'\n]+)')/.exec(line);
    if (name !== null) return name[1] ?? name[2];
  }
  return undefined;
}

const manifestSchema = z.object({
  packagesDir: z.string().default('.lake/packages'),
  packages: z.array(
    z.intersection(
      z.object({ name: z.string() }),
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('path'), dir: z.string() }),
        z.object({
          type: z.literal('git'),
          url: z.string(),
          rev: z.string(),
          inputRev: z.string().nullish(),
          subDir: z.string().nullish(),
        }),
      ]),
    ),
  ),
});

/**
 * Reads the manifest in which Lake says what it has resolved.
 *
 * @throws AppError `image-build-failed` when it is none, or names something that cannot be in an image
 */
export function readManifest(text: string): ResolvedPackage[] {
  const { success, data } = manifestSchema.safeParse(parseJson(text));
  if (!success) throw badManifest('it is none that this program knows');
  return data.packages.map((entry) => {
    const name = entry.name.replace(/^«([^»]*)»$/, '$1');
    if (!isPackageName(name)) throw badManifest(`it names a package ${JSON.stringify(name)}`);
    if (entry.type === 'path') return { name, dir: entry.dir };
    const { url, rev: revision, inputRev, subDir } = entry;
    const dir = [data.packagesDir, name, ...(subDir ? [subDir] : [])].join('/');
    return { name, url, revision, dir, ...(inputRev && { wanted: inputRev }) };
  });
}

function badManifest(reason: string): AppError {
  return new AppError(
    failures['image-build-failed'].manifestUnusable,
    `Lake’s manifest of the packages cannot be used: ${reason}.`,
  );
}
