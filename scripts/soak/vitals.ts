/** What a server has in use when it has nothing to do. */
export interface Vitals {
  readonly containers: number;
  /** What the program can still reach. */
  readonly liveBytes: number;
  /** What the system has given it, whether it still needs it or not. */
  readonly residentBytes: number;
  /** What each open file is, as Linux names it. */
  readonly descriptors: readonly string[];
}

const mebibyte = 1024 * 1024;
/** Compiled code and bounded caches. What two kilobytes of each of two thousand calls come to is as much. */
const liveTolerance = 4 * mebibyte;
/** The allocator keeps memory that was needed once. */
const residentTolerance = 64 * mebibyte;
/** Connections to the engine are kept for a while. */
const descriptorTolerance = 2;

/** What is not as it was, in words. */
export function differences(before: Vitals, after: Vitals): string[] {
  const problems: string[] = [];
  if (after.containers !== before.containers)
    problems.push(`there are ${after.containers} containers instead of ${before.containers}`);
  if (after.liveBytes > before.liveBytes + liveTolerance)
    problems.push(`live memory grew from ${inMiB(before.liveBytes)} to ${inMiB(after.liveBytes)}`);
  if (after.residentBytes > before.residentBytes + residentTolerance)
    problems.push(`resident memory grew from ${inMiB(before.residentBytes)} to ${inMiB(after.residentBytes)}`);
  if (after.descriptors.length > before.descriptors.length + descriptorTolerance)
    problems.push(
      `${after.descriptors.length} files are open instead of ${before.descriptors.length}: ${after.descriptors.join(', ')}`,
    );
  return problems;
}

export function describeVitals({ containers, liveBytes, residentBytes, descriptors }: Vitals): string {
  return `${containers} containers, ${inMiB(liveBytes)} live, ${inMiB(residentBytes)} resident, ${descriptors.length} descriptors`;
}

function inMiB(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}
