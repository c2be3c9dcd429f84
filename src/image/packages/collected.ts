import type { Bytes } from '../../core/bytes.ts';
import { plainName } from '../../lean/lake-project.ts';

/** What the script `collect` has put into an image, by the names of the packages. */
export interface Collected {
  readonly sizes: ReadonlyMap<string, Bytes>;
  /** Modules without a dot in their names. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
}

/** Reads what it printed. */
export function readCollected(printed: string): Collected {
  const sizes = new Map<string, Bytes>();
  const roots = new Map<string, string[]>();
  for (const line of printed.split('\n')) {
    const [what, name = '', value = ''] = line.split(' ');
    if (what === 'size' && /^\d+$/.test(value)) sizes.set(name, Number(value));
    if (what === 'root') roots.set(name, [...(roots.get(name) ?? []), value]);
  }
  return { sizes, roots };
}

/** Modules of programs, which nobody imports. */
const programs = new Set(['Main', 'lakefile', 'Cache']);

/** The modules by which a package is imported: the one that is called like it, else all that it has. */
export function mainModules(name: string, roots: readonly string[]): readonly string[] {
  const called = roots.filter((root) => plainName(root) === plainName(name));
  return called.length > 0 ? called : roots.filter((root) => !programs.has(root));
}
