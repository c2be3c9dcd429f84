import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Headers, type Pack } from 'tar-stream';
import type { Bytes } from '../core/bytes.ts';
import { listToolchainFiles, type ToolchainFile } from './toolchain-files.ts';
import type { ToolchainFolder } from './toolchain/toolchain-folder.ts';
import type { SourceFile } from './verifier-sources.ts';

/** The folder of the build context that holds the toolchain. */
export const toolchainInContext = 'lean';
/** The folder that holds the verifier's programs. */
export const verifierInContext = 'verifier';

/** What the engine needs to build an image. */
export interface BuildContext {
  /** A tar archive, made while it is read. */
  readonly archive: Readable;
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
 * A build context that holds the Dockerfile, the verifier and, of a toolchain, what running Lean needs; owned by root,
 * writable by root only. The archive fails when a file changes while it is read.
 *
 * @throws AppError `toolchain-not-found` when the toolchain cannot be put into an image
 */
export async function toolchainContext(
  toolchain: ToolchainFolder,
  verifier: readonly SourceFile[],
  dockerfile: string,
  onBytes: (done: number, total: number) => void,
): Promise<BuildContext> {
  const files = await listToolchainFiles(toolchain);
  const size = files.reduce((sum, file) => sum + (file.type === 'file' ? file.size : 0), 0);
  const archive = pack();
  archive.entry({ ...owned, name: 'Dockerfile', mode: 0o644 }, dockerfile);
  for (const folder of foldersOf(verifier, verifierInContext)) packFolder(archive, folder);
  for (const { path: file, content, executable } of verifier) {
    const name = `${verifierInContext}/${file}`;
    archive.entry({ ...owned, name, mode: executable ? 0o755 : 0o644 }, content);
  }
  packFiles(archive, toolchain.dir, files, (done) => {
    onBytes(done, size);
  }).then(
    () => {
      archive.finalize();
    },
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return { archive, size };
}

async function packFiles(
  archive: Pack,
  dir: string,
  files: readonly ToolchainFile[],
  onBytes: (done: number) => void,
): Promise<void> {
  let done = 0;
  for (const folder of foldersOf(files, toolchainInContext)) packFolder(archive, folder);
  for (const file of files) {
    const name = `${toolchainInContext}/${file.path}`;
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

function packFolder(archive: Pack, name: string): void {
  archive.entry({ ...owned, name, type: 'directory', mode: 0o755 });
}

/** The folders of the files, each before what is in it. */
function foldersOf(files: readonly { readonly path: string }[], within: string): string[] {
  const folders = new Set([`${within}/`]);
  for (const { path: file } of files) {
    const parts = file.split('/').slice(0, -1);
    parts.forEach((_, index) => folders.add(`${within}/${parts.slice(0, index + 1).join('/')}/`));
  }
  return [...folders];
}
