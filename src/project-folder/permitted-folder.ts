import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../core/app-error.ts';
import { isInside } from '../core/is-inside.ts';
import { failures } from '../core/failures/failures.ts';
import { readProject, type ReadProject } from './read-project.ts';

/**
 * Reads projects from folders that lie in permitted ones, by where they really are.
 *
 * @param configured folders that the settings permit
 */
export function permittedFolders(
  configured: readonly string[],
): (folder: string, clientRoots: readonly string[]) => Promise<ReadProject> {
  return async (folder, clientRoots) => {
    if (!path.isAbsolute(folder)) {
      throw new AppError(
        failures.usage.projectFolderRelative,
        `project is ${JSON.stringify(folder)}, which is no absolute path.`,
      );
    }
    const [real, ...roots] = await Promise.all([folder, ...configured, ...clientRoots].map(realOrUndefined));
    // What is not there is refused like what may not be read: nobody learns what there is elsewhere.
    const isPermitted = real !== undefined && roots.some((root) => root !== undefined && isInside(real, root));
    if (!isPermitted) {
      throw new AppError(
        failures.usage.projectFolderForbidden,
        `The folder ${folder} is not there, or in none of the folders that may be read.`,
      );
    }
    return await readProject(real);
  };
}

async function realOrUndefined(folder: string): Promise<string | undefined> {
  return await realpath(folder).catch(() => undefined);
}
