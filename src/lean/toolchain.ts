/** What the Lean toolchain of an image is and can do; probed when the image is built and kept as its labels. */
export interface Toolchain {
  /** As `lean --version` says it, for instance `4.27.0`. */
  readonly version: string;
  /** Commit that it was built from; absent when it does not say. */
  readonly githash?: string;
  /** The first line that `lean --version` prints. */
  readonly versionLine: string;
  /** Whether `lean --worker` serves one document on its own. */
  readonly worker: boolean;
  /** Server options that may be given with `-D`, for instance `server.reportDelayMs`. */
  readonly serverOptions: readonly string[];
  /** Whether `lean --incr-load` starts from a snapshot of the header. */
  readonly incrLoad: boolean;
  /** Library roots that can be imported, for instance `Init`, `Lean`, `Std`, `Mathlib`. */
  readonly libraries: readonly string[];
  /** Version of the verifier's programs that passed their test with it; absent when they did not. */
  readonly verifier?: string;
  /** Why they did not. */
  readonly verifierProblem?: string;
}
