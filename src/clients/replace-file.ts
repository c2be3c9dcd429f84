import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../core/app-error.ts';

/**
 * The text of a file; `undefined` when there is none.
 *
 * @throws AppError `client-config-unusable`
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new AppError('client-config-unusable', `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

/**
 * Replaces a file at once: whoever reads it sees the old text or the new one. A link stays a link, and permissions stay.
 *
 * @param before the text that the change was made from
 * @throws AppError `client-config-unusable` when it has another text by now, or cannot be written
 */
export async function replaceFile(file: string, before: string | undefined, after: string): Promise<void> {
  if ((await readIfThere(file)) !== before) {
    throw new AppError('client-config-unusable', `${file} was changed by somebody else meanwhile.`, {
      hint: 'Nothing was changed. Run this again.',
    });
  }
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const target = before === undefined ? file : await realpath(file);
    const mode = before === undefined ? undefined : (await stat(target)).mode;
    await writeWhole(target, after, mode);
  } catch (error) {
    throw new AppError('client-config-unusable', `${file} cannot be written: ${messageOf(error)}.`, {
      cause: error,
      hint: 'Nothing was changed.',
    });
  }
}

async function writeWhole(target: string, text: string, mode: number | undefined): Promise<void> {
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    await using handle = await open(unfinished, 'wx');
    if (mode !== undefined) await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
