/* What the elaborator lists of modules, on a real Lean only: the list itself, and that the server reads it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { IndexBuilder, type DeclarationIndex } from '../../src/finding/declaration-index.ts';
import { readDeclarations, type NaiveDeclaration } from '../../test/support/naive-find.ts';
import { compiledElaborator, toolchain } from './toolchain.ts';

const folder = mkdtempSync(join(tmpdir(), 'elaborator-index-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const text = `/-- A doc string
of two lines. -/
theorem ofTwo (p q : Prop) (h : p → q) : (p → q) ↔ (p → q) := Iff.rfl
private theorem hidden : True := trivial
structure Pair where
  left : Nat
  right : Nat
class HasPair (α : Type) where
  pair : Pair
instance : HasPair Nat := ⟨⟨1, 2⟩⟩
axiom unproved : ∀ n : Nat, n = 0 → ∃ m : Prop, (m → False) = True
def «a name» : Nat → Nat | 0 => 0 | n + 1 => n
`;

/** What is listed of these modules; texts are compiled first. */
function list(texts: Readonly<Record<string, string>>, roots: readonly string[]): string {
  const lean = toolchain ?? '';
  for (const [name, source] of Object.entries(texts)) {
    const file = join(folder, `${name}.lean`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, source);
    const compiled = spawnSync(join(lean, 'bin/lean'), ['-R', folder, '-o', join(folder, `${name}.olean`), file], {
      encoding: 'utf8',
    });
    expect(compiled.status, compiled.stdout + compiled.stderr).toBe(0);
  }
  const { stdout, stderr, status } = spawnSync(compiledElaborator(lean), ['index', ...roots], {
    encoding: 'utf8',
    env: { ...process.env, LEAN_PATH: folder },
    maxBuffer: 1024 ** 3,
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

async function read(lines: string): Promise<DeclarationIndex> {
  const builder = new IndexBuilder();
  builder.take(Buffer.from(lines));
  return await builder.finish();
}

describe.skipIf(toolchain === undefined)('the list of what modules declare', { timeout: 600_000 }, () => {
  it('has what people write, as they would look for it, and nothing else', async () => {
    const lines = list({ Some: text }, ['Some']);
    await expect(read(lines)).resolves.toHaveProperty('names');
    const own = readDeclarations(lines).filter(({ module }) => module === 'Some');
    const named = (name: string): NaiveDeclaration | undefined => own.find((one) => one.name === name);
    expect(named('ofTwo')).toMatchObject({
      kind: 'theorem',
      conclusion: '(p → q ↔ p → q)',
      doc: 'A doc string',
    });
    expect(named('unproved')).toMatchObject({ kind: 'axiom', conclusion: '∃ m, (m → False) = True' });
    expect(named('Pair')).toMatchObject({ kind: 'structure' });
    expect(named('Pair.mk')).toMatchObject({ kind: 'constructor', constants: ['Nat', 'Pair'] });
    expect(named('Pair.left')).toMatchObject({ kind: 'definition', conclusion: 'Nat' });
    expect(named('HasPair')).toMatchObject({ kind: 'class' });
    expect(own.some(({ kind }) => kind === 'instance')).toBe(true);
    expect(named('«a name»')).toMatchObject({ kind: 'definition', constants: ['Nat'] });
    const names = own.map(({ name }) => name);
    expect(names.filter((name) => /hidden|\.(?:rec|casesOn|noConfusion)$|match_/.test(name))).toEqual([]);
  });

  it('leaves out programs, takes folders for what is in them, and misses nothing that is not there', () => {
    const main = 'def main : IO Unit := pure ()\n';
    const lines = list({ One: main, Two: main, 'Below/Deep/Three': 'def three := 3\n' }, [
      'One',
      'Two',
      'Below',
      'None',
    ]);
    const names = readDeclarations(lines).map(({ name }) => name);
    expect(names).toContain('three');
    expect(names).not.toContain('main');
  });
});
