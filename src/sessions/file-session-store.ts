/*
 * One file a session, in YAML, which a person can read. A file is written under another name, synced and renamed, so that
 * a name always stands for a whole file; a checksum tells one that something else has damaged. A damaged file is never
 * loaded in part. Links are neither followed nor written through: the folder's files are ours or nothing.
 */
import { createHash } from 'node:crypto';
import { constants, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { AppError, messageOf } from '../core/app-error.ts';
import { localPrincipal, type Principal, type SessionId } from '../core/ids.ts';
import type { SessionStore } from './session-store.ts';
import type { SessionRecord } from './session.ts';

const sessionIdPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const checksumLine = /^# sha256: ([0-9a-f]{64})\n/;

const style = { lineWidth: 0, doubleQuotedAsJSON: true } as const;

const fileContent = z.object({
  format: z.literal(1),
  session: z.string(),
  /** Absent: whoever starts the program. */
  owner: z.string().optional(),
  created: z.iso.datetime(),
  steps: z.array(
    z.object({
      accepted: z.iso.datetime(),
      names: z.array(z.string()),
      header: z.string(),
      code: z.string(),
    }),
  ),
});

/** Keeps sessions as files in a folder. */
export class FileSessionStore implements SessionStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save(record: SessionRecord): Promise<void> {
    const target = this.#fileOf(record.id);
    const unfinished = unfinishedName(target);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await rm(unfinished, { force: true });
      await using file = await open(unfinished, 'wx', 0o600);
      await file.writeFile(toFile(record));
      await file.sync();
      await rename(unfinished, target);
      await syncFolder(this.#folder);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw new AppError(
        'session-not-saved',
        `Session ${record.id} could not be written to ${target}: ${messageOf(error)}`,
        {
          cause: error,
          hint: 'The session is as it was before. Free some space or make the folder of sessions.directory writable, then call again.',
        },
      );
    }
  }

  async load(id: SessionId): Promise<SessionRecord | undefined> {
    // Anything else is no id of ours, and must not become a path.
    if (!sessionIdPattern.test(id)) return undefined;
    const file = this.#fileOf(id);
    let text: string;
    try {
      text = await readPlainFile(file);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw damaged(file, messageOf(error));
    }
    const record = fromFile(text, file);
    if (record.id !== id) throw damaged(file, `it is about session ${record.id}`);
    return record;
  }

  async remove(id: SessionId): Promise<void> {
    if (!sessionIdPattern.test(id)) return;
    const file = this.#fileOf(id);
    try {
      await rm(file, { force: true });
      await rm(unfinishedName(file), { force: true });
    } catch (error) {
      throw new AppError('session-not-saved', `The session file ${file} could not be removed: ${messageOf(error)}`, {
        cause: error,
        hint: 'The session is closed, but can be found again by its id until the file is gone. Make the folder of sessions.directory writable, or remove the file by hand.',
      });
    }
  }

  #fileOf(id: SessionId): string {
    return path.join(this.#folder, `${id}.yaml`);
  }
}

/** A session as the text of its file. */
export function toFile({ id, owner, createdAt, steps }: SessionRecord): string {
  const content: z.input<typeof fileContent> = {
    format: 1,
    session: id,
    ...(owner !== localPrincipal && { owner }),
    created: createdAt.toISOString(),
    steps: steps.map(({ header, code, names, acceptedAt }) => ({
      accepted: acceptedAt.toISOString(),
      names: [...names],
      header,
      code,
    })),
  };
  const readable = stringify(content, style);
  const body = isReadAs(readable, content) ? readable : stringify(content, { ...style, blockQuote: false });
  return `# sha256: ${sha256(body)}\n${body}`;
}

/** Not every text comes back from a block of lines as it went in, for instance one of blanks alone. */
function isReadAs(body: string, content: object): boolean {
  try {
    return isDeepStrictEqual(parse(body), content);
  } catch {
    return false;
  }
}

/** Reads such a text back. @throws AppError `session-damaged` */
export function fromFile(text: string, file: string): SessionRecord {
  const [line = '', checksum] = checksumLine.exec(text) ?? [];
  const body = text.slice(line.length);
  if (checksum === undefined) throw damaged(file, 'its first line is not a checksum');
  if (checksum !== sha256(body)) throw damaged(file, 'its content does not have the checksum of its first line');
  let parsed: unknown;
  try {
    parsed = parse(body, { maxAliasCount: 0 });
  } catch (error) {
    throw damaged(file, messageOf(error));
  }
  const { success, data, error } = fileContent.safeParse(parsed);
  if (!success) throw damaged(file, z.prettifyError(error));
  return {
    id: data.session as SessionId,
    owner: (data.owner ?? localPrincipal) as Principal,
    createdAt: new Date(data.created),
    steps: data.steps.map(({ accepted, ...step }) => ({ ...step, acceptedAt: new Date(accepted) })),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function damaged(file: string, why: string): AppError {
  return new AppError('session-damaged', `The session file ${file} cannot be read: ${why}.`, {
    hint: 'It was not loaded, not even in part. Look at the file, or remove it and start a new session.',
  });
}

/** A server that ends in the middle of writing leaves this behind; the next writing replaces it. */
function unfinishedName(file: string): string {
  return `${file}.tmp`;
}

/** Reads a file that is neither a link nor anything that could make the reader wait. */
async function readPlainFile(file: string): Promise<string> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (!(await handle.stat()).isFile()) throw new Error('it is not a plain file');
  return await handle.readFile('utf8');
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
