/* The contract for fronts: projects of many files, checked in a sandbox. */
import type { SessionId } from '../core/ids.ts';
import type { Obstacle } from '../projects/mend-first.ts';
import type { CheckedModule, ProjectFiles } from '../projects/project.ts';
import type { CallContext, Timings } from './execution-service.ts';

/** A project to check. */
export interface ProjectRequest {
  readonly files: ProjectFiles;
  /** A session whose files are checked with these. Nothing is kept of these. */
  readonly sessionId?: SessionId | undefined;
  /** Modules to check, or their files, with all that they import; absent: all that the project builds. */
  readonly targets?: readonly string[];
  /** For each module, in milliseconds; absent: the configured one. Clamped to the configured maximum. */
  readonly timeoutMs?: number;
  /** Where it is checked; absent: in the first environment. A kept project stays in its own. */
  readonly environment?: string | undefined;
  /** What is known of the project besides its files, a sentence each. */
  readonly notes?: readonly string[];
  /** Hears of each module when it is known what came of it. */
  readonly onChecked?: (checked: CheckedModule, done: number, total: number) => void;
}

/** What came of a project. */
export interface ProjectResult {
  /** In the order of the project's files. */
  readonly modules: readonly CheckedModule[];
  /** What to mend first, if something is to be mended. */
  readonly mendFirst: readonly Obstacle[];
  /** What was not taken of the project, what the image lacks, and the like: a sentence each. */
  readonly notes: readonly string[];
  readonly timings: Timings;
  readonly leanVersion: string;
  /** Absent where there is only one. */
  readonly environment?: string;
}

/** A project whose sandbox is kept between checks. Disposing destroys that. One check at a time. */
export interface KeptProject extends AsyncDisposable {
  /** Checks it as it is now: elaborates what has changed since the last time, and what imports that. Throws as {@link ProjectService.check}. */
  check(request: ProjectRequest, context: CallContext): Promise<ProjectResult>;
}

export interface ProjectService {
  /**
   * Checks a project in a sandbox of its own, or in that in which the files of its session are compiled.
   *
   * @throws AppError `session-unknown`, `usage` when there is nothing to check, `busy`, `image-unusable`, or that there is no
   *   engine or image; the signal's reason
   */
  check(request: ProjectRequest, context: CallContext): Promise<ProjectResult>;

  /**
   * A project that will be checked again and again.
   *
   * @param environment where; absent: in the first
   * @throws AppError `usage` when there is no such environment
   */
  keep(environment?: string): KeptProject;
}
