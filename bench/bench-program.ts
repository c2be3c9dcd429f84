import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { plainHeader } from '../src/lean/source/plain-header.ts';

/**
 * What a program's time is made of: a few lines; a page; much work; a few lines behind `import Lean`; code about code behind
 * `import Lean`; a program with `main`.
 */
export const programKinds = ['small', 'medium', 'heavy', 'import-lean', 'meta', 'main'] as const;
export type ProgramKind = (typeof programKinds)[number];

/** A Lean file to measure with. */
export interface BenchProgram {
  /** Folder and file: `small/eval-sum`. */
  readonly name: string;
  readonly kind: ProgramKind;
  readonly code: string;
}

const folder = path.join(import.meta.dirname, 'programs');

/** Reads `bench/programs`: one folder for each kind. */
export async function loadBenchPrograms(): Promise<BenchProgram[]> {
  const kinds = programKinds.map(async (kind) => {
    const files = (await readdir(path.join(folder, kind))).filter((file) => file.endsWith('.lean')).sort();
    return await Promise.all(
      files.map(async (file) => ({
        name: `${kind}/${path.basename(file, '.lean')}`,
        kind,
        code: await readFile(path.join(folder, kind, file), 'utf8'),
      })),
    );
  });
  return (await Promise.all(kinds)).flat();
}

/** The imports of a program in plain form. */
export function headerOf({ code }: BenchProgram): string {
  return plainHeader(code) ?? '';
}
