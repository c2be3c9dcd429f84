/*
 * Unpacks the part of a toolchain archive (.tar.zst) that images need. Nothing is ever written outside of the folder: names
 * that lead out of it are refused, and symbolic links are made last, so that no file can be written through one.
 */
import { createReadStream } from 'node:fs';
import { link, mkdir, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { extract, type Headers } from 'tar-stream';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { isNeededByLean, isNeededForCompiling, isNeededForPackages, isNeededOnDemand } from '../image-content.ts';
import { zstdDecompress } from './zstd-decompress.ts';

export interface UnpackOptions {
  readonly archive: string;
  /** An empty folder. */
  readonly into: string;
  /** Whether what compiles packages is unpacked, too. */
  readonly complete?: boolean;
  /** Bytes of the archive that have been read. */
  readonly onBytes: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks an archive whose entries all lie in one top folder, which is left out.
 *
 * @throws AppError `download-failed` when an entry leads out of the folder; what the decoder or the file system throws
 *   otherwise; the signal's reason when it fires
 */
export async function unpackToolchain({
  archive,
  into,
  complete = false,
  onBytes,
  signal,
}: UnpackOptions): Promise<void> {
  const { size } = await stat(archive);
  const entries = extract();
  const wanted = complete
    ? [isNeededForPackages]
    : // The elaborator and the verifier are compiled with what is unpacked here.
      [isNeededByLean, isNeededOnDemand, isNeededForCompiling];
  const links: { file: string; target: string }[] = [];
  const writing = (async () => {
    for await (const entry of entries) {
      const file = pathInToolchain(entry.header.name);
      if (wanted.some((isNeeded) => isNeeded(file))) await unpackEntry(entry, entry.header, file);
      entry.resume();
    }
  })();
  async function unpackEntry(content: AsyncIterable<Buffer>, header: Headers, file: string): Promise<void> {
    const destination = path.join(into, file);
    if (header.type === 'directory') return;
    await mkdir(path.dirname(destination), { recursive: true });
    if (header.type === 'file' || header.type === 'contiguous-file') {
      const mode = ((header.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755;
      await pipeline(content, createWriteStream(destination, { flags: 'wx', mode }));
    } else if (header.type === 'link') {
      await link(path.join(into, pathInToolchain(header.linkname ?? '')), destination);
    } else if (header.type === 'symlink') {
      links.push({ file, target: requireTargetInside(file, header.linkname ?? '') });
    } else throw damaged(`${header.name} is a ${header.type ?? 'thing'} and no file`);
  }
  const reading = pipeline(createReadStream(archive), countBytes(size, onBytes), await zstdDecompress(), entries, {
    ...(signal && { signal }),
  });
  // Both, so that neither failure is left unhandled; the decoder's comes first because it explains the other.
  const [read, written] = await Promise.allSettled([reading, writing]);
  signal?.throwIfAborted();
  if (written.status === 'rejected' && written.reason instanceof AppError) throw written.reason;
  if (read.status === 'rejected') throw read.reason;
  if (written.status === 'rejected') throw written.reason;
  for (const { file, target } of links) await symlink(target, path.join(into, file));
}

/** The path of an entry without the top folder. Refuses what would lead out of the folder. */
function pathInToolchain(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || /[\\\0]/.test(name))
    throw damaged(`${JSON.stringify(name)} leads out of it`);
  return parts.slice(1).join('/');
}

function requireTargetInside(file: string, target: string): string {
  const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
  if (path.posix.isAbsolute(target) || resolved === '..' || resolved.startsWith('../') || /[\\\0]/.test(target))
    throw damaged(`the link ${file} leads out of it, to ${JSON.stringify(target)}`);
  return target;
}

function damaged(reason: string): AppError {
  return new AppError(
    failures['download-failed'].archiveUnusable,
    `The downloaded toolchain cannot be used: in its archive, ${reason}.`,
  );
}

function countBytes(total: number, onBytes: (done: number, total: number) => void): Transform {
  let done = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      done += chunk.length;
      onBytes(done, total);
      pass(null, chunk);
    },
  });
}
