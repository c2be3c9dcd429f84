/** What people type, and the name that they mean, on a real Lean: it is among the first five that are told. */
import { describe, expect, inject, it } from 'vitest';
import { inspect } from './support/proofs.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();

/** The beginning of a text, where a completion is asked for at its end, and what is meant there. */
const typed: readonly (readonly [text: string, meant: string])[] = [
  ['example (xs : List Nat) : Nat := xs.len', 'length'],
  ['example (xs : List Nat) : List Nat := xs.rev', 'reverse'],
  ['example (xs : List Nat) : List Nat := xs.fil', 'filter'],
  ['example (xs : List Nat) : List Nat := xs.ta', 'tail'],
  ['example (xs : Array Nat) : Nat := xs.si', 'size'],
  ['example (xs : Array Nat) : Array Nat := xs.pus', 'push'],
  ['example (s : String) : String := s.toUp', 'toUpper'],
  ['example (s : String) : Nat := s.len', 'length'],
  ['example (o : Option Nat) : Nat := o.getD', 'getD'],
  ['example (o : Option Nat) : Bool := o.isS', 'isSome'],
  ['#check List.map', 'map'],
  ['#check List.fold', 'foldl'],
  ['#check List.append_as', 'append_assoc'],
  ['#check Nat.add_c', 'add_comm'],
  ['#check Nat.mul_as', 'mul_assoc'],
  ['#check Nat.le_tr', 'le_trans'],
  ['#check Nat.succ_l', 'succ_le'],
  ['#check And.in', 'intro'],
  ['#check Or.in', 'inl'],
  ['theorem lemmaOfMine : 1 = 1 := rfl\n#check lemmaO', 'lemmaOfMine'],
];

describe.skipIf(inject('isStandIn'))('the name that is meant is among the first five', () => {
  it.each(typed)('behind %s it is %s', async (code, meant) => {
    const lines = code.split('\n');
    const place = { line: lines.length, column: (lines.at(-1) ?? '').length };
    const { completions = [] } = await inspect(server(), { code, ...place, what: 'completions' });
    expect(completions.slice(0, 5).map(({ label }) => label.replace(/^.*\./, ''))).toContain(meant);
  });
});
