/** What the making of an image is busy with. */
export type BuildPhase = 'download' | 'unpack' | 'context' | 'build' | 'probe';

/** How far the making of an image is. */
export interface BuildProgress {
  readonly phase: BuildPhase;
  /** One line for people. */
  readonly message: string;
  /** Done so far: steps in `build` and `probe`, bytes in the other phases. */
  readonly done?: number;
  /** What `done` will be at the end; absent when nobody knows. */
  readonly total?: number;
}

/** Called often; must not throw. */
export type OnBuildProgress = (progress: BuildProgress) => void;

const shortestPauseMs = 100;

/**
 * Passes on numbers of done bytes a few times a second, and the last one (`done` = `total`) always.
 *
 * @param report what is called
 */
export function reportBytes(report: (done: number, total?: number) => void): (done: number, total?: number) => void {
  let reportedAt = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (done !== total && now - reportedAt < shortestPauseMs) return;
    reportedAt = now;
    report(done, total);
  };
}
