import { describe, expect, it } from 'vitest';
import type { AcceptedStep } from '../sessions/session.ts';
import { definedNames } from './defined-names.ts';

const before = 'namespace A\ndef a := 1\n';
const code = 'def b := 2\nopen X in def c := 3\n';
const text = before + code;
const declared = (name: string | undefined, at: string) => {
  const start = text.indexOf(at);
  return { name, start, end: start + 10, nameStart: start + 4 };
};
const declarations = [declared('A.a', 'def a'), declared(undefined, 'def b'), declared('A.b', 'def b')];
const ofCode = declarations.slice(1);
const step: AcceptedStep = { header: '', code: before, names: ['A.a'], acceptedAt: new Date() };

describe('a step defines', () => {
  it('what is declared in it and has a name, in what the steps before it have opened', async () => {
    expect((await definedNames(declarations, [], text)).names).toEqual(['A.a', 'A.b', 'A.c']);
    expect((await definedNames(ofCode, [step], code)).names).toEqual(['A.b', 'A.c']);
  });

  it('the same when what they leave open is known, and is not read again', async () => {
    const { leavesOpen } = await definedNames(declarations, [], before);
    const known = { ...step, code: 'not read', leavesOpen };
    expect((await definedNames(ofCode, [known], code)).names).toEqual(['A.b', 'A.c']);
  });

  it('no more names than anybody reads, and no longer ones than its code has room for', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => ({ ...declared(undefined, 'def b'), name: `n${n}` }));
    expect((await definedNames(many, [], code)).names).toHaveLength(1000);
    const long = many.map(({ name, ...rest }) => ({ ...rest, name: name + 'x'.repeat(1900) }));
    expect((await definedNames(long, [], code)).names.join('').length).toBeLessThan(16_000);
  });
});
