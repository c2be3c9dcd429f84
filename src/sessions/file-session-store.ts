/*
 * Two files a session, which a person can read: its head, and its steps. An accepted step is put behind the steps, and
 * counts once the head says so, which is replaced whole: so the work of a step is its own length, and the name of a head
 * always stands for a whole one. Links are neither followed nor written through: the folder's files are ours or nothing.
 * Several servers may have the folder: who writes holds a lock, and looks first whether the head is still as it was last
 * seen.
 */
import { constants, mkdir, open, readdir, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { isSessionId, type SessionId } from '../core/ids.ts';
import { replaceWhole } from '../core/replace-whole.ts';
import { sha256 } from '../core/sha256.ts';
import { codeOf } from '../core/system-error.ts';
import {
  damaged,
  fromDocuments,
  fromHead,
  markBehind,
  nothingWritten,
  toDocument,
  toHead,
  type Mark,
  type SessionHead,
} from './session-file.ts';
import type { Revision } from './revision.ts';
import { sessionChanged, type SessionStore, type StoredSession } from './session-store.ts';
import type { AcceptedStep, SessionRecord } from './session.ts';

const headName = /^(.{36})\.yaml$/;

/** The file need not be there yet; a server that is killed while it holds a lock is not waited for longer than this. */
const lockOptions = { realpath: false, stale: 5000, retries: { retries: 100, minTimeout: 20, maxTimeout: 200 } };

const { O_RDONLY, O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Keeps sessions as files in a folder. */
export class FileSessionStore implements SessionStore {
  readonly isShared = false;
  readonly #folder: string;
  /** Up to where the file of a session is written with a step. */
  readonly #written = new WeakMap<AcceptedStep, Mark & { readonly session: SessionId }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save(record: SessionRecord, known: Revision | undefined): Promise<Revision> {
    const { id } = record;
    const { head } = this.#filesOf(id);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const release = await lock(head, lockOptions);
      try {
        if ((await this.revision(id)) !== known) throw sessionChanged(id);
        return await this.#write(record);
      } finally {
        await release();
      }
    } catch (error) {
      if (error instanceof AppError && error.code === 'session-changed') throw error;
      throw new AppError(
        failures['session-not-saved'].fileNotWritten,
        `Session ${id} could not be written to ${head}: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  async #write({ steps, ...record }: SessionRecord): Promise<Revision> {
    const { id } = record;
    const { head, steps: stepsFile } = this.#filesOf(id);
    const first = steps.findLastIndex((step) => this.#written.get(step)?.session === id) + 1;
    const begin = steps[first - 1];
    let mark: Mark = (begin && this.#written.get(begin)) ?? nothingWritten;
    const marks = new Map<AcceptedStep, Mark>();
    if (first < steps.length) {
      // Whatever is there is nothing of this session.
      if (mark.end === 0) await rm(stepsFile, { force: true });
      await using file = await openPlainFile(stepsFile, O_RDWR | O_CREAT);
      for (const [index, step] of steps.slice(first).entries()) {
        const document = toDocument(step, steps[first + index - 1]?.header ?? '');
        await writeAt(file, document, mark.end);
        mark = markBehind(mark, document);
        marks.set(step, mark);
      }
      await file.truncate(mark.end);
      await file.sync();
    }
    const text = toHead({ ...record, stepCount: steps.length, mark });
    await replaceWhole(head, text, { unfinished: unfinishedName(head) });
    for (const [step, { end, checksum }] of marks) this.#written.set(step, { session: id, end, checksum });
    return revisionOf(text);
  }

  async revision(id: SessionId): Promise<Revision | undefined> {
    if (!isSessionId(id)) return undefined;
    // What is no file of ours stands for no session.
    const text = await readPlainFile(this.#filesOf(id).head).catch(() => undefined);
    return text && revisionOf(text);
  }

  async load(id: SessionId): Promise<StoredSession | undefined> {
    if (!isSessionId(id)) return undefined;
    for (;;) {
      const text = await readPlainFile(this.#filesOf(id).head);
      if (text === undefined) return undefined;
      const revision = revisionOf(text);
      try {
        return { record: await this.#read(id, text.toString()), revision };
      } catch (error) {
        // What does not fit together may be of two writings, one before and one after.
        if ((await this.revision(id)) === revision) throw error;
      }
    }
  }

  async #read(id: SessionId, text: string): Promise<SessionRecord> {
    const files = this.#filesOf(id);
    const read = fromHead(text, files.head);
    if (read.id !== id) throw damaged(files.head, `it is about session ${read.id}`);
    const record = 'steps' in read ? read : await this.#loadSteps(read, files.steps);
    // So that a session in use is not taken for one that was left.
    await utimes(files.head, new Date(), new Date()).catch(() => undefined);
    return record;
  }

  async remove(id: SessionId): Promise<void> {
    if (!isSessionId(id)) return;
    const { head, steps } = this.#filesOf(id);
    try {
      for (const file of [head, unfinishedName(head), steps]) await rm(file, { force: true });
    } catch (error) {
      throw new AppError(
        failures['session-not-saved'].fileNotRemoved,
        `The session file ${head} could not be removed: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  /** Removes what nobody has written to or found for this long, in milliseconds. @returns how many sessions */
  async removeOlderThan(ageMs: number): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    let removed = 0;
    for (const name of names) {
      const id = headName.exec(name)?.[1];
      if (id === undefined || !isSessionId(id)) continue;
      const { mtimeMs } = await stat(path.join(this.#folder, name));
      if (Date.now() - mtimeMs <= ageMs) continue;
      await this.remove(id);
      removed += 1;
    }
    return removed;
  }

  async #loadSteps(head: SessionHead, file: string): Promise<SessionRecord> {
    const { stepCount, mark, ...record } = head;
    const bytes = stepCount === 0 ? Buffer.alloc(0) : await readPlainFile(file, mark.end);
    if (bytes?.length !== mark.end) throw damaged(file, `it is shorter than the ${mark.end} bytes that it had`);
    const steps = await fromDocuments(bytes, head, file, (step, written) => {
      this.#written.set(step, { ...written, session: head.id });
    });
    return { ...record, steps };
  }

  #filesOf(id: SessionId): { readonly head: string; readonly steps: string } {
    return { head: path.join(this.#folder, `${id}.yaml`), steps: path.join(this.#folder, `${id}.steps.yaml`) };
  }
}

/** Of the whole head, which names the state of the steps. */
function revisionOf(head: string | Buffer): Revision {
  return sha256(head) as Revision;
}

/** A server that ends in the middle of writing leaves this behind; the next writing replaces it. */
function unfinishedName(file: string): string {
  return `${file}.tmp`;
}

/** @throws when it is a link, or anything that could make the reader wait */
async function openPlainFile(file: string, flags: number): Promise<FileHandle> {
  const handle = await open(file, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new Error('it is not a plain file');
}

/** The first bytes of a file, all unless a number is given; `undefined` when there is no such file. @throws AppError `session-damaged` */
async function readPlainFile(file: string, length?: number): Promise<Buffer | undefined> {
  try {
    await using handle = await openPlainFile(file, O_RDONLY);
    if (length === undefined) return await handle.readFile();
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(length, size));
    let read = 0;
    for (let count = 1; count > 0 && read < bytes.length; read += count) {
      ({ bytesRead: count } = await handle.read(bytes, read, bytes.length - read, read));
    }
    return bytes.subarray(0, read);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw damaged(file, messageOf(error));
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
