/*
 * The folder with the indexes of images, a file each. A file gets its name only when all of it is there and was read; what
 * cannot be read is removed. Several processes may share the folder: the file of an image is the same whoever makes it.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { IndexBuilder } from './declaration-index.ts';
import { IndexDamage } from './index-line.ts';
import { LibraryIndex } from './library-index.ts';

/** Of more images than this, those go whose index was not used for longest. */
const maxKept = 12;
const pieceBytes = 32 * 1024;
const suffix = '.index';

/** What writes an index, and gives the pieces of it on the way to the file. */
export type WriteIndex = (take: (bytes: Buffer) => Promise<void>, builder: IndexBuilder) => Promise<void>;

export class IndexFolder {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The index of an image; `undefined` when there is none that can be read. */
  async open(image: string): Promise<LibraryIndex | undefined> {
    const file = this.#fileOf(image);
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) return undefined;
    try {
      const builder = new IndexBuilder();
      const bytes = Buffer.alloc(pieceBytes);
      for (let at = 0; ;) {
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
        if (bytesRead === 0) break;
        builder.take(bytes.subarray(0, bytesRead));
        at += bytesRead;
        await setImmediate();
      }
      const index = await builder.finish();
      const now = new Date();
      await utimes(file, now, now).catch(() => undefined);
      return new LibraryIndex(index, handle);
    } catch (error) {
      await handle.close();
      if (!(error instanceof IndexDamage)) return undefined;
      await rm(file, { force: true }).catch(() => undefined);
      return undefined;
    }
  }

  /**
   * Makes the index of an image.
   *
   * @throws AppError `index-unavailable` when it cannot be kept; {@link IndexDamage}; what `write` throws
   */
  async make(image: string, write: WriteIndex): Promise<LibraryIndex> {
    const file = this.#fileOf(image);
    const unfinished = `${file}.${randomUUID()}.tmp`;
    const handle = await this.#onDisk(async () => {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      return await open(unfinished, 'wx+', 0o600);
    });
    try {
      const builder = new IndexBuilder();
      await write(async (bytes) => {
        builder.take(bytes);
        await this.#onDisk(() => writeAll(handle, bytes));
      }, builder);
      const index = await builder.finish();
      await this.#onDisk(() => rename(unfinished, file));
      await this.#removeOld();
      return new LibraryIndex(index, handle);
    } catch (error) {
      await handle.close();
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #onDisk<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw new AppError(
        failures['index-unavailable'].notKept,
        `The list of declarations cannot be written to ${this.#dir}: ${messageOf(error)}.`,
        { cause: error },
      );
    }
  }

  /** Image ids are digests, `sha256:…`; what else there may be is kept out of paths. */
  #fileOf(image: string): string {
    return path.join(this.#dir, `${image.replace(/^sha256:/, '').replaceAll(/[^\w.-]/g, '_')}${suffix}`);
  }

  async #removeOld(): Promise<void> {
    const names = (await readdir(this.#dir).catch(() => [])).filter((name) => name.endsWith(suffix));
    const files = names.map((name) => path.join(this.#dir, name));
    const dated = await Promise.all(
      files.map(async (file) => ({ file, usedMs: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 })),
    );
    const old = dated.sort((one, other) => other.usedMs - one.usedMs).slice(maxKept);
    await Promise.all(old.map(({ file }) => rm(file, { force: true }).catch(() => undefined)));
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
