import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { counted } from '../core/counted.ts';
import { foldedPath, pathProblem, toldPath } from './project-path.ts';
import type { ProjectFiles, ProjectLimits } from './project.ts';

/**
 * Takes files that a call brings.
 *
 * @throws AppError `usage` when they are too many or too large, or a path cannot be one of a project
 */
export function takeFiles(given: Readonly<Record<string, string>>, limits: ProjectLimits): ProjectFiles {
  const paths = Object.keys(given);
  if (paths.length > limits.files) {
    throw new AppError(
      failures.usage.projectTooLarge,
      `files has ${counted(paths.length, 'file')}; at most ${limits.files} are accepted.`,
    );
  }
  const files = new Map<string, string>();
  const folded = new Map<string, string>();
  let bytes = 0;
  for (const path of paths) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw unusable(path, problem);
    const other = folded.get(foldedPath(path));
    if (other !== undefined)
      throw unusable(path, `differs from ${toldPath(other)} in case or in Unicode’s normal form only`);
    folded.set(foldedPath(path), path);
    const text = given[path] ?? '';
    bytes += Buffer.byteLength(text);
    if (bytes > limits.bytes) {
      throw new AppError(
        failures.usage.projectTooLarge,
        `files has more than ${limits.bytes} bytes together, of which no more are accepted.`,
      );
    }
    files.set(path, text.toWellFormed());
  }
  return files;
}

function unusable(path: string, problem: string): AppError {
  return new AppError(failures.usage.projectPath, `The path ${toldPath(path)} of files ${problem}.`);
}
