import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../core/app-error.ts';
import { replaceWhole } from '../core/replace-whole.ts';
import { codeOf } from '../core/system-error.ts';
import { failures } from '../core/failures/failures.ts';

/**
 * The text of a file; `undefined` when there is none.
 *
 * @throws AppError `client-config-unusable`
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new AppError(
      failures['client-config-unusable'].notPermitted,
      `${file} cannot be read: ${messageOf(error)}.`,
      { cause: error },
    );
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
    throw new AppError(
      failures['client-config-unusable'].changedMeanwhile,
      `${file} was changed by somebody else meanwhile.`,
    );
  }
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const target = before === undefined ? file : await realpath(file);
    const exactMode = before === undefined ? undefined : (await stat(target)).mode;
    await replaceWhole(target, after, { mode: 0o666, exactMode });
  } catch (error) {
    throw new AppError(
      failures['client-config-unusable'].notPermitted,
      `${file} cannot be written: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}
