import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectOf } from '../../test/fakes/project.ts';
import { checkModules, type KnownModules, type ModuleElaborator } from './check-modules.ts';
import type { OwnOutcome, ReadyModule } from './check-plan.ts';
import { ImportGraph } from './import-graph.ts';
import type { CheckedModule } from './project.ts';

const policy = { allowed: [], blocked: [], present: ['Init'] };
const accepted: OwnOutcome = { outcome: 'accepted', messages: { diagnostics: [], more: 0 } };
const start = { line: 1, column: 0 };

/**
 * Elaborates by the words of texts: `bad` is rejected, `slow` not finished. Keeps what it has compiled as a sandbox does, and
 * fails when a module is elaborated before its imports are there as they are now.
 */
class FakeElaborator implements ModuleElaborator {
  readonly elaborated: string[] = [];
  readonly compiled = new Map<string, string>();
  most = 0;
  #running = 0;

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async elaborate({ node: { module, imports } }: ReadyModule): Promise<OwnOutcome> {
    this.compiled.delete(module.name);
    this.elaborated.push(module.name);
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    const content = this.#contentOf(module.text, imports);
    await new Promise((resolve) => setImmediate(resolve));
    this.#running -= 1;
    expect(this.#contentOf(module.text, imports)).toBe(content);
    if (module.text.includes('slow')) {
      const messages = { diagnostics: [], more: 0 };
      return { outcome: 'unfinished', reason: 'timed-out', detail: 'slow', messages };
    }
    if (module.text.includes('bad')) {
      const error = { severity: 'error', start, end: start, message: content } as const;
      return { outcome: 'rejected', messages: { diagnostics: [error], more: 0 } };
    }
    this.compiled.set(module.name, content);
    const said = { severity: 'information', start, end: start, message: content } as const;
    return { outcome: 'accepted', messages: { diagnostics: [said], more: 0 } };
  }

  #contentOf(text: string, imports: readonly string[]): string {
    const parts = imports.map((name) => {
      const content = this.compiled.get(name);
      expect(content, `what was compiled of ${name}`).toBeDefined();
      return content;
    });
    return JSON.stringify([text, parts]);
  }
}

type Texts = Readonly<Record<string, string>>;

async function check(
  texts: Texts,
  elaborator: ModuleElaborator = new FakeElaborator(),
  known: KnownModules = new Map(),
  processes = 2,
): Promise<CheckedModule[]> {
  const project = projectOf(texts);
  return await checkModules(project, await ImportGraph.of(project, policy), { elaborator, processes, known });
}

function outcomes(checked: readonly CheckedModule[]): Record<string, unknown> {
  return Object.fromEntries(checked.map(({ module, outcome }) => [module.name, outcome]));
}

describe('a check of modules', () => {
  it('elaborates what is imported first, several at a time, and each once', async () => {
    const elaborator = new FakeElaborator();
    const texts = { D: 'import B\nimport C', C: 'import A', B: 'import A', A: '' };
    const checked = await check(texts, elaborator);
    expect(checked.map(({ outcome }) => outcome.outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    expect(elaborator.elaborated[0]).toBe('A');
    expect(elaborator.elaborated.at(-1)).toBe('D');
    expect(elaborator.elaborated.length).toBe(4);
    expect(elaborator.most).toBe(2);
  });

  it('begins with the module behind which the longest row waits', async () => {
    const elaborator = new FakeElaborator();
    await check({ X: '', Y: '', A: '', B: 'import A', C: 'import B' }, elaborator, new Map(), 1);
    expect(elaborator.elaborated.slice(0, 2)).toEqual(['A', 'B']);
  });

  it('does not check what imports something that is not accepted, and says by which chain', async () => {
    const texts = { A: 'bad', B: 'import A', C: 'import Init\nimport B', D: 'slow', E: 'import D', F: '' };
    const checked = outcomes(await check(texts));
    expect(checked['A']).toMatchObject({ outcome: 'rejected' });
    expect(checked['B']).toEqual({ outcome: 'not-checked', because: ['A'] });
    expect(checked['C']).toEqual({ outcome: 'not-checked', because: ['B', 'A'] });
    expect(checked['D']).toMatchObject({ outcome: 'unfinished', reason: 'timed-out' });
    expect(checked['E']).toEqual({ outcome: 'not-checked', because: ['D'] });
    expect(checked['F']).toMatchObject({ outcome: 'accepted' });
  });

  it('asks Lean nothing about modules in a circle, and nothing about those that import them', async () => {
    const elaborator = new FakeElaborator();
    const texts = { A: 'import B', B: 'import A', C: 'import A', D: '' };
    const checked = outcomes(await check(texts, elaborator));
    expect(checked['A']).toMatchObject({ outcome: 'rejected' });
    expect(checked['B']).toMatchObject({ outcome: 'rejected' });
    expect(checked['C']).toEqual({ outcome: 'not-checked', because: ['A'] });
    expect(elaborator.elaborated).toEqual(['D']);
  });

  it('elaborates again what has changed and what imports that, and nothing else', async () => {
    const elaborator = new FakeElaborator();
    const known: KnownModules = new Map();
    const texts = { A: '', B: 'import A', C: 'import B', X: '', Y: 'import X' };
    await check(texts, elaborator, known);
    const before = elaborator.elaborated.length;
    const again = await check({ ...texts, B: 'import A\n-- new' }, elaborator, known);
    expect(elaborator.elaborated.slice(before)).toEqual(['B', 'C']);
    expect(again.filter(({ isKept }) => isKept).map(({ module }) => module.name)).toEqual(['A', 'X', 'Y']);
  });

  it('tries a module again that ran out of memory beside others, when nothing else runs', async () => {
    const tried: string[] = [];
    let running = 0;
    const elaborator: ModuleElaborator = {
      prepare: () => Promise.resolve(),
      elaborate: async ({ node: { module } }) => {
        tried.push(module.name);
        running += 1;
        const others = running;
        await new Promise((resolve) => setImmediate(resolve));
        const isAlone = running === 1 && others === 1;
        running -= 1;
        if (!module.text.includes('large') || isAlone) return accepted;
        const messages = { diagnostics: [], more: 0 };
        return { outcome: 'unfinished', reason: 'out-of-memory', detail: 'much', messages };
      },
    };
    const checked = await check({ A: 'large', B: '', C: 'import A' }, elaborator);
    expect(checked.map(({ outcome }) => outcome.outcome)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(tried).toEqual(['A', 'B', 'A', 'C']);
  });

  it('tells of every module once, and of all of them', async () => {
    const told: string[] = [];
    const project = projectOf({ A: 'bad', B: 'import A', C: 'import C', D: '' });
    await checkModules(project, await ImportGraph.of(project, policy), {
      elaborator: new FakeElaborator(),
      processes: 2,
      known: new Map(),
      onChecked: ({ module }, done, total) => told.push(`${module.name} ${done}/${total}`),
    });
    expect(told.map((line) => line.slice(2))).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(told.map((line) => line[0]).sort()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('comes to the same after any edits as a check from nothing', async () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    const text = fc
      .tuple(
        fc.uniqueArray(fc.constantFrom(...names, 'Init', 'Gone'), { maxLength: 3 }),
        fc.constantFrom('', '-- 1', '-- 2', 'bad', 'slow'),
      )
      .map(([imports, body]) => [...imports.map((name) => `import ${name}`), body].join('\n'));
    const edits = fc.array(fc.tuple(fc.constantFrom(...names), fc.option(text)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), text),
        fc.array(edits, { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (first, rounds, processes) => {
          const elaborator = new FakeElaborator();
          const known: KnownModules = new Map();
          let texts: Texts = first;
          for (const round of [[], ...rounds]) {
            for (const [name, edited] of round) {
              const rest = Object.fromEntries(Object.entries(texts).filter(([other]) => other !== name));
              texts = edited === null ? rest : { ...rest, [name]: edited };
            }
            const kept = outcomes(await check(texts, elaborator, known, processes));
            expect(kept).toEqual(outcomes(await check(texts)));
          }
        },
      ),
    );
  });
});
