/*
 * How the work of something grows with what it is given, told by the CPU time that it takes: what grows with the square takes
 * 64 times as long for eight times as much. The least of several measurements counts, to which nothing else that runs on the
 * machine adds.
 */

/** Something that is done with a text. */
export type Work = (text: string) => unknown;

const smallLength = 16_384;
const factor = 8;
/** Between what is linear (8) and what is not (64). */
const mostGrowth = 24;
/** Less than this for the large text, in milliseconds of CPU time, and there is nothing to tell. */
const noiseMs = 25;
const rounds = 4;

/** By how much more CPU time work takes for eight times the text, when that is too much. */
export async function superLinearGrowth(work: Work, text: (length: number) => string): Promise<number | undefined> {
  // Flat in memory, as texts from outside are.
  const [small, large] = [smallLength, smallLength * factor].map((length) => Buffer.from(text(length)).toString());
  if (small === undefined || large === undefined) throw new TypeError('there are two texts');
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const largeMs = await cpuMs(work, large);
    if (largeMs < noiseMs) return undefined;
    let smallMs = Infinity;
    for (let n = 0; n < 3; n += 1) smallMs = Math.min(smallMs, await cpuMs(work, small));
    least = Math.min(least, largeMs / Math.max(smallMs, 0.1));
    if (least < mostGrowth) return undefined;
  }
  return least;
}

async function cpuMs(work: Work, text: string): Promise<number> {
  const before = process.cpuUsage();
  await work(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
