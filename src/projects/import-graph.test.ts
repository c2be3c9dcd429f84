import { describe, expect, it } from 'vitest';
import { ImportGraph } from './import-graph.ts';
import { projectOf } from '../../test/fakes/project.ts';

const policy = { allowed: 'auto', blocked: ['Lean.Elab'], present: ['Init', 'Lean', 'Std'] } as const;

async function problems(texts: Readonly<Record<string, string>>, name: string): Promise<string[]> {
  const node = (await ImportGraph.of(projectOf(texts), policy)).node(name);
  return (node?.problems ?? []).map(({ start, message }) => `${start.line}:${start.column} ${message}`);
}

describe('the import graph of a project', () => {
  it('knows which modules import which, each once', async () => {
    const graph = await ImportGraph.of(
      projectOf({ A: '', B: 'import A\nimport A', C: 'import Lean\nimport B\nimport A', D: '' }),
      policy,
    );
    expect(graph.node('C')?.imports).toEqual(['B', 'A']);
    expect(graph.node('B')?.imports).toEqual(['A']);
    expect([...graph.withImports(['C'])]).toEqual(['A', 'B', 'C']);
    expect([...graph.withImporters(['A'])]).toEqual(['A', 'B', 'C']);
    expect([...graph.nodes].flatMap((node) => node.problems)).toEqual([]);
  });

  it('tells a cycle with its chain, to each module that is in it and to no other', async () => {
    const texts = { A: 'import C', B: '\nimport A', C: 'import Init\nimport B', D: 'import A' };
    expect(await problems(texts, 'A')).toEqual([
      '1:7 The imports go round in a circle: A → C → B → A. Remove one of them.',
    ]);
    expect((await problems(texts, 'B'))[0]).toMatch(/^2:7 .*A → C → B → A/);
    expect((await problems(texts, 'C'))[0]).toMatch(/^2:7 /);
    expect(await problems(texts, 'D')).toEqual([]);
  });

  it('tells a module that imports itself', async () => {
    expect(await problems({ A: 'import A' }, 'A')).toEqual([
      '1:7 The imports go round in a circle: A → A. Remove one of them.',
    ]);
  });

  it('tells a module that is not there, with who imports it', async () => {
    expect(await problems({ 'A.B': 'import A.C\nimport Mathlib.Tactic' }, 'A.B')).toEqual([
      '1:7 There is no module A.C: the project has no such module (A.B imports A.C).',
      '2:7 There is no module Mathlib.Tactic: neither the project nor the image has modules below Mathlib (A.B imports Mathlib.Tactic).',
    ]);
  });

  it('tells where a missing module would be if modules were named from a folder on', async () => {
    const [said] = await problems({ 'src.A': 'import B.C', 'src.B.C': '' }, 'src.A');
    expect(said).toMatch(/There is no module B\.C: .* would be it if modules were named from the folder src on/);
  });

  it('refuses modules that would hide modules of the image, and imports that the settings block', async () => {
    expect(await problems({ Init: '' }, 'Init')).toEqual([
      '1:0 The image has modules of its own below Init, and Init would hide them. Rename the module.',
    ]);
    expect((await problems({ 'Lean.Mine': '' }, 'Lean.Mine'))[0]).toContain('below Lean');
    expect(await problems({ Main: '' }, 'Main')).toEqual([]);
    expect((await problems({ A: 'import Lean.Elab.Term' }, 'A'))[0]).toMatch(/^1:7 .*lean.blocked_imports/);
  });

  it('leaves a missing module to Lean where it is not known what the image has', async () => {
    const graph = await ImportGraph.of(projectOf({ A: 'import Foo' }), { allowed: [], blocked: [], present: [] });
    expect(graph.node('A')?.problems).toEqual([]);
  });

  it('names all files that claim to be one module', async () => {
    const project = projectOf({ A: '' });
    const module = { name: 'A', path: 'a/A.lean', text: '', options: [], rivals: ['b/A.lean'] };
    const graph = await ImportGraph.of({ ...project, modules: new Map([['A', module]]) }, policy);
    expect(graph.node('A')?.problems[0]?.message).toBe(
      'Two files are the module A: "a/A.lean" and "b/A.lean". Remove or rename one.',
    );
  });

  it('reads a long row of modules, and a large circle of them', async () => {
    const count = 2000;
    const row = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`M${index}`, index === 0 ? '' : `import M${index - 1}`]),
    );
    expect((await ImportGraph.of(projectOf(row), policy)).withImporters(['M0']).size).toBe(count);
    const circle = { ...row, M0: `import M${count - 1}` };
    expect((await problems(circle, 'M7'))[0]).toMatch(/M0 → M1999 → .* → … → M0/);
  });
});
