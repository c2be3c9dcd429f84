import { expect, it } from 'vitest';
import { statementText } from './statement-text.ts';

it('states a theorem that is given in parts', () => {
  expect(statementText({ name: 'Nat.mine', type: '∀ n : Nat, n = n' })).toBe(
    'theorem Nat.mine :\n  ∀ n : Nat, n = n\n  := sorry\n',
  );
});

it('puts a header before it', () => {
  const header = 'import Lean\nopen Lean\n\n';
  expect(statementText({ name: 't', type: 'True', header })).toBe(
    'import Lean\nopen Lean\n\ntheorem t :\n  True\n  := sorry\n',
  );
});

it('leaves a type whose last line is a comment a type', () => {
  expect(statementText({ name: 't', type: 'True -- of course' }).split('\n')).toContain('  := sorry');
});
