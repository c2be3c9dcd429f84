import path from 'node:path';
import { readElfFile } from './toolchain/elf-file.ts';

/**
 * Finds the libraries that programs and libraries ask for, and those ask for, among the ones that a toolchain brings. What
 * it does not bring is the base image's business.
 *
 * @param dir the toolchain
 * @param roots files to start from, relative to it
 * @param available libraries that may be asked for, relative to it
 * @returns those of `available` that are asked for
 */
export async function neededLibraries(
  dir: string,
  roots: readonly string[],
  available: readonly string[],
): Promise<Set<string>> {
  const byName = new Map(available.map((file) => [path.posix.basename(file), file]));
  const needed = new Set<string>();
  const pending = [...roots];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const elf = await readElfFile(path.join(dir, file));
    for (const name of elf?.needed ?? []) {
      const library = byName.get(name);
      if (library === undefined || needed.has(library)) continue;
      needed.add(library);
      pending.push(library);
    }
  }
  return needed;
}
