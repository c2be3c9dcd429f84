import { expect, it } from 'vitest';
import { definesMain, headerOf, loadBenchPrograms, programKinds } from './bench-program.ts';

const programs = await loadBenchPrograms();

it('there are at least twelve programs, of every kind', () => {
  expect(programs.length).toBeGreaterThanOrEqual(12);
  expect(new Set(programs.map(({ kind }) => kind))).toEqual(new Set(programKinds));
});

it('every program says in its first line what it is', () => {
  for (const { name, code } of programs) expect(code.split('\n')[0], name).toMatch(/^-- [A-Z].*[.]$/);
});

it('exactly the programs of their kinds import Lean', () => {
  const importing = programs.filter((program) => headerOf(program) === 'import Lean\n');
  expect(new Set(importing.map(({ kind }) => kind))).toEqual(
    new Set(['nothing', 'import-lean', 'meta', 'heavy', 'import-lean-main']),
  );
  for (const { kind, name } of programs.filter((program) => headerOf(program) === ''))
    expect(['import-lean', 'meta', 'import-lean-main'], name).not.toContain(kind);
});

it('exactly the programs of their kinds define main', () => {
  for (const program of programs) expect(/^def main\b/m.test(program.code), program.name).toBe(definesMain(program));
});
