/*
 * Two files a session, which a person can read: its head, and its steps. An accepted step is put behind the steps, and
 * counts once the head says so, which is written under another name, synced and renamed: so the work of a step is its own
 * length, and a name always stands for a whole file. Links are neither followed nor written through: the folder's files are
 * ours or nothing.
 */
import { constants, mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../core/app-error.ts';
import type { SessionId } from '../core/ids.ts';
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
import type { SessionStore } from './session-store.ts';
import type { AcceptedStep, SessionRecord } from './session.ts';

const sessionIdPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const headName = /^(.{36})\.yaml$/;

const { O_RDONLY, O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Keeps sessions as files in a folder. */
export class FileSessionStore implements SessionStore {
  readonly #folder: string;
  /** Up to where the file of a session is written with a step. */
  readonly #written = new WeakMap<AcceptedStep, Mark & { readonly session: SessionId }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save({ steps, ...record }: SessionRecord): Promise<void> {
    const { id } = record;
    const { head, steps: stepsFile } = this.#filesOf(id);
    const unfinished = unfinishedName(head);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
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
      await replaceFile(head, unfinished, toHead({ ...record, stepCount: steps.length, mark }));
      await syncFolder(this.#folder);
      for (const [step, { end, checksum }] of marks) this.#written.set(step, { session: id, end, checksum });
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw new AppError('session-not-saved', `Session ${id} could not be written to ${head}: ${messageOf(error)}`, {
        cause: error,
        hint: 'The session is as it was before. Free some space or make the folder of sessions.directory writable, then call again.',
      });
    }
  }

  async load(id: SessionId): Promise<SessionRecord | undefined> {
    // Anything else is no id of ours, and must not become a path.
    if (!sessionIdPattern.test(id)) return undefined;
    const files = this.#filesOf(id);
    const text = await readPlainFile(files.head);
    if (text === undefined) return undefined;
    const read = fromHead(text.toString(), files.head);
    if (read.id !== id) throw damaged(files.head, `it is about session ${read.id}`);
    const record = 'steps' in read ? read : await this.#loadSteps(read, files.steps);
    // So that a session in use is not taken for one that was left.
    await utimes(files.head, new Date(), new Date()).catch(() => undefined);
    return record;
  }

  async remove(id: SessionId): Promise<void> {
    if (!sessionIdPattern.test(id)) return;
    const { head, steps } = this.#filesOf(id);
    try {
      for (const file of [head, unfinishedName(head), steps]) await rm(file, { force: true });
    } catch (error) {
      throw new AppError('session-not-saved', `The session file ${head} could not be removed: ${messageOf(error)}`, {
        cause: error,
        hint: 'The session is closed, but can be found again by its id until the file is gone. Make the folder of sessions.directory writable, or remove the file by hand.',
      });
    }
  }

  /** Removes what nobody has written to or found for this long, in milliseconds. @returns how many sessions */
  async removeOlderThan(ageMs: number): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    let removed = 0;
    for (const name of names) {
      const id = headName.exec(name)?.[1];
      if (id === undefined || !sessionIdPattern.test(id)) continue;
      const { mtimeMs } = await stat(path.join(this.#folder, name));
      if (Date.now() - mtimeMs <= ageMs) continue;
      await this.remove(id as SessionId);
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

async function replaceFile(file: string, unfinished: string, text: string): Promise<void> {
  await rm(unfinished, { force: true });
  await using handle = await open(unfinished, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await rename(unfinished, file);
}

/** So that the renaming itself survives a power cut, where folders can be synced at all. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL'].includes(codeOf(error) ?? '')) throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
