/*
 * Lists the files of a toolchain that an image gets. Symbolic links stay links when they lead to a place in the toolchain;
 * others are refused, since what they lead to would be missing in the image, or would not be meant to be in it.
 */
import { existsSync } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import { isInside } from '../core/is-inside.ts';
import {
  isNeededForCompiling,
  isNeededByLean,
  isNeededByScript,
  isNeededOnDemand,
  isSharedLibrary,
  kernelIn,
  kernelPrograms,
} from './image-content.ts';
import { neededLibraries } from './shared-libraries.ts';
import type { ToolchainFolder } from './toolchain/toolchain-folder.ts';

/** A file of a toolchain. */
export type ToolchainFile = {
  /** Relative to the toolchain, with forward slashes. */
  readonly path: string;
} & (
  | { readonly type: 'file'; readonly size: Bytes; readonly executable: boolean }
  | { readonly type: 'symlink'; readonly target: string }
);

/**
 * Lists what an image gets of a toolchain, in the order of the paths.
 *
 * @param kernels whether it gets the kernels that are not Lean's own, too
 * @throws AppError `toolchain-not-found` when a symbolic link leads out of it, a file cannot be read, or it has no other
 *   kernel and some are wanted
 */
export async function listToolchainFiles(toolchain: ToolchainFolder, kernels = false): Promise<ToolchainFile[]> {
  const { dir } = toolchain;
  try {
    const all = await walk(dir);
    const isKernel = (file: string): boolean => kernels && kernelIn(file) !== undefined;
    if (kernels && !all.some(isKernel)) throw noKernels(dir);
    if (toolchain.program === 'script') {
      return await describe(
        dir,
        all.filter((file) => isNeededByScript(file) || isKernel(file)),
      );
    }
    const files = all.filter((file) => isNeededByLean(file) || isKernel(file));
    const roots = files.filter((file) => file.startsWith('bin/') || isSharedLibrary(file));
    const libraries = await neededLibraries(dir, roots, all.filter(isNeededOnDemand));
    return await describe(dir, [...files, ...(await withLinkTargets(dir, libraries))]);
  } catch (error) {
    if (error instanceof AppError || !(error instanceof Error)) throw error;
    throw new AppError(
      failures['toolchain-not-found'].folderUnreadable,
      `The toolchain ${dir} cannot be read: ${error.message}.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Lists what compiling the elaborator takes beside what an image gets; nothing when the toolchain has no compiler.
 *
 * @param inImage what an image gets
 * @throws AppError as {@link listToolchainFiles}
 */
export async function listCompilerFiles(
  { dir }: ToolchainFolder,
  inImage: readonly ToolchainFile[],
): Promise<ToolchainFile[]> {
  const has = new Set(inImage.map(({ path: file }) => file));
  const files = (await walk(dir)).filter((file) => isNeededForCompiling(file) && !has.has(file));
  return files.includes('bin/leanc') ? await describe(dir, files) : [];
}

/**
 * Lists what compiling packages takes: everything but sources.
 *
 * @throws AppError `toolchain-not-found` when it has no `lake`, or as {@link listToolchainFiles}
 */
export async function listAllFiles({ dir }: ToolchainFolder): Promise<ToolchainFile[]> {
  const files = await walk(dir);
  if (files.includes('bin/lake')) return await describe(dir, files);
  throw new AppError(
    failures['toolchain-not-found'].noLake,
    `The toolchain ${dir} has no bin/lake, with which packages are built.`,
  );
}

function noKernels(dir: string): AppError {
  return new AppError(
    failures['toolchain-not-found'].noKernels,
    `The toolchain ${dir} brings no kernel besides Lean’s own: none of ${Object.values(kernelPrograms).join(', ')}.`,
  );
}

/** The files in `bin`, `include` and `lib`; links are not followed. */
async function walk(dir: string): Promise<string[]> {
  const found: string[] = [];
  const pending = ['bin', 'include', 'lib'].filter((folder) => existsSync(path.join(dir, folder)));
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readdir(path.join(dir, folder), { withFileTypes: true });
    for (const entry of entries) {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) pending.push(file);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push(file);
    }
  }
  return found;
}

/** A library is often a link to the file with its full version. */
async function withLinkTargets(dir: string, libraries: ReadonlySet<string>): Promise<string[]> {
  const all = new Set(libraries);
  for (const library of libraries) {
    const real = toPosix(path.relative(dir, await realpath(path.join(dir, library))));
    if (isNeededOnDemand(real)) all.add(real);
  }
  return [...all];
}

async function describe(dir: string, files: readonly string[]): Promise<ToolchainFile[]> {
  const described: ToolchainFile[] = [];
  for (const file of [...files].sort()) {
    const stats = await lstat(path.join(dir, file));
    if (stats.isSymbolicLink()) described.push({ path: file, type: 'symlink', target: await linkTarget(dir, file) });
    else {
      // Windows knows no executable files.
      const executable = file.startsWith('bin/') || (stats.mode & 0o111) !== 0;
      described.push({ path: file, type: 'file', size: stats.size, executable });
    }
  }
  return described;
}

/** Where a link leads, relative to its own folder. */
async function linkTarget(dir: string, file: string): Promise<string> {
  const folder = path.dirname(path.join(dir, file));
  const target = path.resolve(folder, await readlink(path.join(dir, file)));
  const real = await realpath(target);
  if (isInside(target, dir) && isInside(real, dir)) return toPosix(path.relative(folder, target));
  throw new AppError(
    failures['toolchain-not-found'].linkLeadsOut,
    `${path.join(dir, file)} is a link that leads out of the toolchain, to ${real}.`,
  );
}

function toPosix(file: string): string {
  return file.split(path.sep).join('/');
}
