import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionPlace, firstCompletions } from './rank-completions.ts';

/** What Lean 4.27 names behind `Nat.add_`, in its order. */
const recorded = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'completions-add_.json'), 'utf8'),
) as string[];

function ranked(labels: readonly string[], text: string, most = 5): string[] {
  const items = labels.map((label) => ({ label }));
  return firstCompletions(items, completionPlace(text, text.length), most).map(({ label }) => label);
}

describe('the completions that are told first', () => {
  it.each([
    ['Nat.add_c', 'add_comm'],
    ['Nat.add_a', 'add_assoc'],
    ['Nat.add_o', 'add_one'],
    ['Nat.add_z', 'add_zero'],
    ['Nat.add_su', 'add_succ'],
    ['Nat.add_mu', 'add_mul'],
    ['Nat.add_div', 'add_div'],
    ['Nat.add_sub_c', 'add_sub_cancel'],
    ['Nat.add_left_c', 'add_left_comm'],
    ['Nat.add_right_c', 'add_right_comm'],
    ['Nat.add_le_add', 'add_le_add'],
  ])('behind %s hold %s', (text, meant) => {
    expect(recorded).toContain(meant);
    expect(ranked(recorded, text)).toContain(meant);
  });

  it('are what is meant, then what begins so, then what has a word that begins so, then what has the letters', () => {
    const labels = ['flatMap', 'mapM', 'filterMapTR', 'map', 'zip_map', 'Mapped', 'maximum_p', 'length'];
    expect(ranked(labels, 'xs.map', 8)).toEqual([
      'map',
      'mapM',
      'Mapped',
      'flatMap',
      'zip_map',
      'filterMapTR',
      'maximum_p',
      'length',
    ]);
  });

  it('are those that the text itself speaks of, before others of their kind', () => {
    expect(ranked(['lemA', 'lemLonger'], 'theorem lemLonger : p := h\nexample := lem')).toEqual(['lemLonger', 'lemA']);
  });

  it('are in Lean’s own order where it has one', () => {
    const items = ['map', 'mapM', 'filter'].map((label, index) => ({ label, sortText: String(9 - index) }));
    const first = firstCompletions(items, completionPlace('xs.map', 6), 2);
    expect(first.map(({ label }) => label)).toEqual(['filter', 'mapM']);
  });

  it('are as many as are wanted, each of them one that Lean named', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), fc.nat(9), (labels, text, most) => {
        const first = ranked(labels, text, most);
        expect(first).toHaveLength(Math.min(most, labels.length));
        for (const label of first) expect(labels).toContain(label);
      }),
    );
  });
});

describe('what stands before a place', () => {
  it.each([
    ['Nat.add_c', 'add_c'],
    ['xs.len', 'len'],
    ['xs.', ''],
    ['foo h', 'h'],
    ["α.β₁'", "β₁'"],
    ['', ''],
  ])('of %j it is %j that is to be completed', (text, typed) => {
    expect(completionPlace(text, text.length).typed).toBe(typed);
  });
});
