/** What the making of an image is busy with. */
export type BuildPhase = 'download' | 'unpack' | 'context' | 'build' | 'packages' | 'probe';

/** How far the making of an image is. */
export interface BuildProgress {
  readonly phase: BuildPhase;
  /** One line for people. */
  readonly message: string;
  /** What of it is being done, as a module that is compiled; changes often. */
  readonly detail?: string;
  /** Done so far: steps in `build` and `probe`, modules or files in `packages`, bytes in the other phases. */
  readonly done?: number;
  /** What `done` will be at the end; absent when nobody knows. */
  readonly total?: number;
}

/** Called often; must not throw. */
export type OnBuildProgress = (progress: BuildProgress) => void;

const shortestPauseMs = 100;

/**
 * Passes on how many bytes of a piece of work are done: a few times a second, and the last number (`done` = `total`) always.
 *
 * @param work of which they are
 */
export function reportBytes(
  onProgress: OnBuildProgress,
  work: Pick<BuildProgress, 'phase' | 'message'>,
): (done: number, total?: number) => void {
  let reportedAt = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (done !== total && now - reportedAt < shortestPauseMs) return;
    reportedAt = now;
    onProgress({ ...work, done, ...(total !== undefined && { total }) });
  };
}
