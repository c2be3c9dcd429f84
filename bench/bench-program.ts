import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../src/core/app-error.ts';
import { plainHeader } from '../src/lean/source/plain-header.ts';

/**
 * What a program's time is made of: nothing but Lean's start; a few lines; a page; much work; a few lines behind
 * `import Lean`; code about code behind `import Lean`; a program with `main`, without and with `import Lean`; very many
 * commands.
 */
export const programKinds = [
  'nothing',
  'small',
  'medium',
  'heavy',
  'import-lean',
  'meta',
  'main',
  'import-lean-main',
  'long',
] as const;
export type ProgramKind = (typeof programKinds)[number];

/** A Lean file to measure with. */
export interface BenchProgram {
  /** Folder and file: `small/eval-sum`. */
  readonly name: string;
  readonly kind: ProgramKind;
  readonly code: string;
}

/** Longer than any program takes in any way, so that a hang comes to an end. In seconds. */
export const patienceS = 300;

const folder = path.join(import.meta.dirname, 'programs');
const commandsOfEvals = 3000;
const commandsOfTheorems = 400;

/** Texts that are too long to be kept in files. */
const longPrograms: readonly BenchProgram[] = [
  long('evals', '-- Thousands of commands that do next to nothing.', commandsOfEvals, (number) => `#eval ${number}`),
  long('theorems', '-- Hundreds of theorems, each with something to do.', commandsOfTheorems, (number) => {
    const [a, b] = [number % 7, number % 11];
    return `theorem t${number} (x y : Nat) (h : x + ${a} < y) : 2 * x + ${2 * a} < 2 * y + ${b} := by omega`;
  }),
];

function long(name: string, about: string, count: number, line: (number: number) => string): BenchProgram {
  const lines = Array.from({ length: count }, (_, index) => line(index + 1));
  return { name: `long/${name}`, kind: 'long', code: `${about}\n${lines.join('\n')}\n` };
}

/**
 * Reads `bench/programs`: one folder for each kind, but for those that are too long for files.
 *
 * @param only the names of those that are wanted; absent: all
 * @throws AppError `usage` when one of them is not there
 */
export async function loadBenchPrograms(only?: readonly string[]): Promise<BenchProgram[]> {
  const kinds = programKinds.map(async (kind) => {
    if (kind === 'long') return longPrograms;
    const files = (await readdir(path.join(folder, kind))).filter((file) => file.endsWith('.lean')).sort();
    return await Promise.all(
      files.map(async (file) => ({
        name: `${kind}/${path.basename(file, '.lean')}`,
        kind,
        code: await readFile(path.join(folder, kind, file), 'utf8'),
      })),
    );
  });
  const all = (await Promise.all(kinds)).flat();
  if (only === undefined) return all;
  return only.map((name) => {
    const program = all.find((candidate) => candidate.name === name);
    if (program !== undefined) return program;
    throw new AppError(
      { code: 'usage', hint: `There are: ${all.map((candidate) => candidate.name).join(', ')}.` },
      `There is no program ${name} to measure.`,
    );
  });
}

/** Whether it is a program to run. */
export function definesMain({ kind }: BenchProgram): boolean {
  return kind === 'main' || kind === 'import-lean-main';
}

/** The imports of a program in plain form. */
export function headerOf({ code }: BenchProgram): string {
  return plainHeader(code) ?? '';
}
