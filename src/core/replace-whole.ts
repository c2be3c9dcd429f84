import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './system-error.ts';

export interface FileReplacement {
  /** Who may read and write a file that is made, less the umask. Default: its owner only. */
  readonly mode?: number;
  /** Permissions that it gets whatever the umask is, as those that it had before. */
  readonly exactMode?: number | undefined;
  /**
   * The file until it is whole; what is there is replaced. Only who keeps others from replacing the same file may name it.
   * Default: beside it, under a name that nobody else has.
   */
  readonly unfinished?: string;
}

/**
 * Replaces a file whole: whoever reads it sees the old text or the new one, also when the machine loses its power. What
 * cannot be finished is removed. A link is replaced, and not what it leads to. Throws what the system says.
 */
export async function replaceWhole(
  file: string,
  text: string,
  { mode = 0o600, exactMode, unfinished = `${file}.${randomUUID()}.tmp` }: FileReplacement = {},
): Promise<void> {
  try {
    await rm(unfinished, { force: true });
    await using handle = await open(unfinished, 'wx', mode);
    if (exactMode !== undefined) await handle.chmod(exactMode);
    await handle.writeFile(text);
    await handle.sync();
    await rename(unfinished, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** So that the renaming itself survives a power cut, where folders can be opened and synced at all. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EISDIR', 'EINVAL'].includes(codeOf(error) ?? '')) throw error;
  }
}
