import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHeader } from './header.ts';
import { checkImports, type ImportPolicy, type ImportVerdict } from './import-policy.ts';

function check(code: string, policy: Partial<ImportPolicy>): ImportVerdict {
  return checkImports(readHeader(code), { allowed: [], blocked: [], present: [], ...policy });
}

describe('import policy', () => {
  test('a prefix covers whole components', () => {
    expect(check('import Lean.Elab', { allowed: ['Lean'] })).toEqual({ allowed: true });
    expect(check('import LeanX', { allowed: ['Lean'] })).toMatchObject({ allowed: false, module: 'LeanX' });
    expect(check('import Lean', { allowed: ['Lean.Elab'] })).toMatchObject({ allowed: false });
  });

  test('an empty list allows everything', () => {
    expect(check('import Any.Thing', {})).toEqual({ allowed: true });
  });

  test('blocked wins over allowed', () => {
    expect(check('import Lean.Elab.Command', { allowed: ['Lean'], blocked: ['Lean.Elab'] })).toEqual({
      allowed: false,
      module: 'Lean.Elab.Command',
      reason: 'blocked',
      message: 'Line 1: the import of Lean.Elab.Command is blocked: lean.blocked_imports has Lean.Elab.',
    });
  });

  test('a refusal names the module, its line and what is allowed', () => {
    expect(check('import Lean\n-- next\nimport Foo.Bar', { allowed: ['Lean', 'Std'] })).toEqual({
      allowed: false,
      module: 'Foo.Bar',
      reason: 'not-allowed',
      message: 'Line 3: the import of Foo.Bar is not allowed: lean.allowed_imports has Lean and Std.',
    });
  });

  test('auto allows what the image has, and what every image may have', () => {
    const policy = { allowed: 'auto', present: ['Aesop', 'Init', 'Std'] } as const;
    for (const module of ['Aesop.Frontend', 'Init', 'Lean', 'Mathlib.Data', 'Std'])
      expect(check(`import ${module}`, policy)).toEqual({ allowed: true });
    expect(check('import Aesop', { ...policy, blocked: ['Aesop'] })).toMatchObject({ reason: 'blocked' });
    expect(check('import Batteries', policy)).toMatchObject({
      reason: 'not-allowed',
      message:
        'Line 1: the import of Batteries is not allowed: by default (lean.allowed_imports: auto) code may import what the image has, and that is Aesop, Init and Std.',
    });
  });

  test('a refusal tells of a few dozen libraries only', () => {
    const present = Array.from({ length: 50 }, (_, index) => `L${index}`);
    const verdict = check('import Foo', { allowed: ['Lean'], present });
    expect(verdict.allowed ? '' : verdict.message).toMatch(/has Lean\. The image has L0, .*, L39 and 10 more\.$/);
  });

  test('quoted parts are the same as plain ones', () => {
    expect(check('import «Lean».«Elab»', { blocked: ['Lean.Elab'] })).toMatchObject({ reason: 'blocked' });
    expect(check('import Lean.Elab', { allowed: ['«Lean»'] })).toEqual({ allowed: true });
  });

  test('Init needs no permission, but can be blocked', () => {
    expect(check('import Init.System.IO', { allowed: ['Mathlib'] })).toEqual({ allowed: true });
    expect(check('import Init.System.IO', { blocked: ['Init.System'] })).toMatchObject({ reason: 'blocked' });
    expect(check('import A', { blocked: ['Init'] })).toEqual({ allowed: true });
  });

  test.each([
    'Lean.«../Secret»',
    'Lean.«/tmp/A»',
    '«Lean/Elab»',
    'Lean.«»',
    'Lean.«Elab.X»',
    'Lean.«Elab\0»',
    '«..».A',
  ])('a name that leads to another file is refused: import %s', (name) => {
    expect(check(`import ${name}`, { allowed: ['Lean', '«..»'] })).toMatchObject({ reason: 'not-allowed' });
    expect(check(`import ${name}`, { blocked: ['Secret'] })).toMatchObject({ reason: 'not-allowed' });
  });

  test('a message stays one short line', () => {
    const verdict = check(`import «a\n\u001b[31m${'x'.repeat(10_000)}»`, { allowed: ['Lean'] });
    if (verdict.allowed) expect.unreachable();
    expect(verdict.message).toMatch(/^[^\n\u001b]{1,300}$/);
  });

  test('an import that only some versions of Lean see counts', () => {
    expect(check('/-! doc -/ import Foo', { allowed: ['Lean'] })).toMatchObject({ module: 'Foo' });
  });

  test('a header that is longer than any is refused, whatever the policy', () => {
    const long = `import A\n${'-- a\n'.repeat(50_000)}import B`;
    expect(check(long, {})).toMatchObject({ allowed: false, message: expect.stringContaining('longer') as unknown });
    expect(check('import A\n'.repeat(2000), {}).allowed).toBe(false);
  });

  const name = fc.array(fc.constantFrom('A', 'B', 'Ab', '«A»', '«x y»'), { minLength: 1, maxLength: 3 });
  const plain = (parts: readonly string[]): string[] => parts.map((part) => part.replace(/^«A»$/, 'A'));
  const covers = (prefix: readonly string[], parts: readonly string[]): boolean =>
    plain(prefix).every((part, index) => part === plain(parts)[index]);

  test('the verdict is the one of its definition', () => {
    fc.assert(
      fc.property(fc.array(name), fc.array(name), fc.array(name), (imports, allowed, blocked) => {
        const refused = imports.find(
          (parts) =>
            blocked.some((prefix) => covers(prefix, parts)) ||
            (allowed.length > 0 && !allowed.some((prefix) => covers(prefix, parts))),
        );
        const code = imports.map((parts) => `import ${parts.join('.')}\n`).join('');
        const join = (names: string[][]): string[] => names.map((parts) => parts.join('.'));
        const verdict = check(code, { allowed: join(allowed), blocked: join(blocked) });
        expect(verdict.allowed ? undefined : verdict.module).toBe(refused && plain(refused).join('.'));
      }),
      { numRuns: 500 },
    );
  });
});
