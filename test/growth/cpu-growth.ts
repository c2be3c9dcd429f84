/*
 * How the work of something grows with what it is given, told by the CPU time that it takes: what grows with the square takes
 * 16 times as long for one text as for sixteen of a sixteenth. Both make as much garbage; what is still in use when it is
 * collected is more for the one, and costs up to five times the work. The least of several measurements counts, to which
 * nothing else that runs on the machine adds.
 */

/** Something that is done with a text. */
export type Work = (text: string) => unknown;

const smallLength = 8192;
const factor = 16;
/** Between what is linear (1 to 5) and what is not (16). */
const maxGrowth = 9;
/** Milliseconds of CPU time. What grows with the square of the large text needs seconds. */
const noiseMs = 100;
const rounds = 4;

/** How much more CPU time work takes for one text than for as much in sixteen, when that is too much. */
export async function superLinearGrowth(work: Work, text: (length: number) => string): Promise<number | undefined> {
  // Flat in memory, as texts from outside are.
  const [small, large] = [smallLength, smallLength * factor].map((length) => Buffer.from(text(length)).toString());
  if (small === undefined || large === undefined) throw new TypeError('there are two texts');
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const largeMs = await cpuMs(work, large);
    if (largeMs < noiseMs) return undefined;
    const smallMs = await cpuMs(async (part) => {
      for (let n = 0; n < factor; n += 1) await work(part);
    }, small);
    least = Math.min(least, largeMs / Math.max(smallMs, 0.1));
    if (least < maxGrowth) return undefined;
  }
  return least;
}

async function cpuMs(work: Work, text: string): Promise<number> {
  const before = process.cpuUsage();
  await work(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
