import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { formatBytes, type Bytes } from '../../core/bytes.ts';
import { foldersWithoutSources, toolchainVersion } from '../../lean/lake-project.ts';
import type { ToolchainFile } from '../toolchain-files.ts';
import { packageName } from './lake-files.ts';

/** A Lake project of the user's own. */
export interface ProjectFolder {
  readonly dir: string;
  readonly name: string;
  /** The version of Lean that it says it is for. */
  readonly leanVersion?: string;
  /** Its sources, without links. */
  readonly files: readonly ToolchainFile[];
}

const maxFiles = 100_000;
const maxBytes: Bytes = 1024 ** 3;

/**
 * Reads what there is in a folder with a Lake project. Nothing of it is run.
 *
 * @throws AppError `usage` when there is none, or it is too large
 */
export async function readProjectFolder(given: string): Promise<ProjectFolder> {
  try {
    const dir = await realpath(given);
    const read = (file: string): Promise<string | undefined> =>
      readFile(path.join(dir, file), 'utf8').catch(() => undefined);
    const [toml, lean, manifest, toolchain] = await Promise.all(
      ['lakefile.toml', 'lakefile.lean', 'lake-manifest.json', 'lean-toolchain'].map(read),
    );
    if (toml === undefined && lean === undefined)
      throw unusable(given, 'it holds no lakefile.toml and no lakefile.lean');
    const name = packageName({ toml, lean, manifest });
    if (name === undefined) throw unusable(given, 'its lakefile does not tell the name of the package');
    const leanVersion = toolchainVersion(toolchain ?? '');
    return { dir, name, ...(leanVersion !== undefined && { leanVersion }), files: await sources(dir, given) };
  } catch (error) {
    throw error instanceof AppError ? error : unusable(given, messageOf(error));
  }
}

async function sources(dir: string, given: string): Promise<ToolchainFile[]> {
  const found: ToolchainFile[] = [];
  let bytes = 0;
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await readdir(path.join(dir, folder), { withFileTypes: true })) {
      const file = `${folder}${entry.name}`;
      if (entry.isDirectory() && !foldersWithoutSources.has(entry.name)) pending.push(`${file}/`);
      if (!entry.isFile()) continue;
      const { size } = await lstat(path.join(dir, file));
      bytes += size;
      if (found.length >= maxFiles || bytes > maxBytes)
        throw unusable(given, `it has more than ${maxFiles} files or ${formatBytes(maxBytes)} besides .lake and .git`);
      found.push({ path: file, type: 'file', size, executable: false });
    }
  }
  return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function unusable(dir: string, reason: string): AppError {
  return new AppError(
    failures.usage.packageFolder,
    `The folder ${dir} is no Lake project that can be built: ${reason}.`,
  );
}
