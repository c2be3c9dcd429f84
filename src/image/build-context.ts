import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Headers, type Pack } from 'tar-stream';
import type { Bytes } from '../core/bytes.ts';
import type { OtherKernel } from '../lean/toolchain.ts';
import { kernelIn } from './image-content.ts';
import { listAllFiles, listCompilerFiles, listToolchainFiles, type ToolchainFile } from './toolchain-files.ts';
import type { ToolchainFolder } from './toolchain/toolchain-folder.ts';

/** The folder of the build context that holds the toolchain. */
export const toolchainInContext = 'lean';
/** The one that holds what compiles the elaborator, and the one that holds the elaborator's sources. */
export const compilerInContext = 'compiler';
export const elaboratorInContext = 'elaborator';
/** The one that holds the verifier’s sources. */
export const verifierInContext = 'verifier';

/** The one that holds Lake projects of the user’s own, by their numbers. */
export const foldersInContext = 'folders';

/** A source file of the elaborator, or of the verifier. */
export interface SourceFile {
  /** Relative to the build context, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What a context has besides what every image gets of a toolchain. */
export interface ContextParts {
  readonly dockerfile: string;
  readonly sources: readonly SourceFile[];
  /** Whether the toolchain's kernels that are not Lean's own are in it. */
  readonly kernels?: boolean;
}

/** What the engine needs to build an image. */
export interface BuildContext {
  /** A tar archive, made while it is read. */
  readonly archive: Readable;
  /** The kernels that are in it. */
  readonly kernels: readonly OtherKernel[];
  /** Of the toolchain's files in it. */
  readonly size: Bytes;
}

/** The same for everything, so that the engine finds unchanged layers in its cache. */
const owned: Pick<Headers, 'uid' | 'gid' | 'mtime'> = { uid: 0, gid: 0, mtime: new Date(0) };

/** A build context that holds the Dockerfile and nothing else. */
export function dockerfileContext(dockerfile: string): Readable {
  const archive = pack();
  archive.entry({ ...owned, name: 'Dockerfile', mode: 0o644 }, dockerfile);
  archive.finalize();
  return archive;
}

/**
 * A build context that holds the Dockerfile, what is compiled in the image and, of a toolchain, what running Lean needs;
 * owned by root, writable by root only. The archive fails when a file changes while it is read.
 *
 * @throws AppError `toolchain-not-found` when the toolchain cannot be put into an image
 */
export async function toolchainContext(
  toolchain: ToolchainFolder,
  { dockerfile, sources, kernels = false }: ContextParts,
  onBytes: (done: number, total: number) => void,
): Promise<BuildContext> {
  const files = await listToolchainFiles(toolchain, kernels);
  const compiler = await listCompilerFiles(toolchain, files);
  const size = sizeOf(files);
  const total = size + sizeOf(compiler);
  const archive = pack();
  archive.entry({ ...owned, name: 'Dockerfile', mode: 0o644 }, dockerfile);
  for (const { path: name, text } of sources) archive.entry({ ...owned, name, mode: 0o644 }, text);
  const packBoth = async (): Promise<void> => {
    const { dir } = toolchain;
    await packFiles(archive, dir, toolchainInContext, files, (done) => {
      onBytes(done, total);
    });
    await packFiles(archive, dir, compilerInContext, compiler, (done) => {
      onBytes(size + done, total);
    });
  };
  finishWith(archive, packBoth());
  return { archive, size, kernels: files.flatMap(({ path: file }) => kernelIn(file) ?? []) };
}

/**
 * A build context for compiling packages: the Dockerfile, all of a toolchain but its sources, and folders with projects.
 *
 * @throws AppError `toolchain-not-found` when the toolchain has no `lake`
 */
export async function packagesContext(
  toolchain: ToolchainFolder,
  dockerfile: string,
  folders: readonly { readonly dir: string; readonly files: readonly ToolchainFile[] }[],
  onBytes: (done: number, total: number) => void,
): Promise<Readable> {
  const files = await listAllFiles(toolchain);
  const total = sizeOf(files);
  const archive = pack();
  archive.entry({ ...owned, name: 'Dockerfile', mode: 0o644 }, dockerfile);
  archive.entry({ ...owned, name: `${foldersInContext}/`, type: 'directory', mode: 0o755 });
  const packAll = async (): Promise<void> => {
    for (const [index, folder] of folders.entries())
      await packFiles(archive, folder.dir, `${foldersInContext}/${index}`, folder.files, () => undefined);
    await packFiles(archive, toolchain.dir, toolchainInContext, files, (done) => {
      onBytes(done, total);
    });
  };
  finishWith(archive, packAll());
  return archive;
}

/** Ends an archive when everything is in it; makes it fail when that fails. */
function finishWith(archive: Pack, packing: Promise<void>): void {
  packing.then(
    () => {
      archive.finalize();
    },
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
}

function sizeOf(files: readonly ToolchainFile[]): Bytes {
  return files.reduce((sum, file) => sum + (file.type === 'file' ? file.size : 0), 0);
}

async function packFiles(
  archive: Pack,
  dir: string,
  inContext: string,
  files: readonly ToolchainFile[],
  onBytes: (done: number) => void,
): Promise<void> {
  let done = 0;
  for (const folder of foldersOf(inContext, files))
    archive.entry({ ...owned, name: folder, type: 'directory', mode: 0o755 });
  for (const file of files) {
    const name = `${inContext}/${file.path}`;
    if (file.type === 'symlink') {
      archive.entry({ ...owned, name, type: 'symlink', linkname: file.target, mode: 0o777 });
      continue;
    }
    const entry = archive.entry({ ...owned, name, size: file.size, mode: file.executable ? 0o755 : 0o644 });
    await pipeline(createReadStream(path.join(dir, file.path)), entry);
    done += file.size;
    onBytes(done);
  }
}

/** The folders of the files, each before what is in it. */
function foldersOf(inContext: string, files: readonly ToolchainFile[]): string[] {
  const folders = new Set([`${inContext}/`]);
  for (const { path: file } of files) {
    const parts = file.split('/').slice(0, -1);
    parts.forEach((_, index) => folders.add(`${inContext}/${parts.slice(0, index + 1).join('/')}/`));
  }
  return [...folders];
}
