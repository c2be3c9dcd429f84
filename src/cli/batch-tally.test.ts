import { expect, it } from 'vitest';
import { Tally } from './batch-tally.ts';

const accepted = { verdict: 'accepted', usesSorry: false, outcome: undefined } as const;

it('tells how far a batch is, and what became of it', () => {
  let now = 0;
  const tally = new Tally(8, () => now);
  expect(tally.progress()).toBe('[........................] 0/8, 0.0/s');
  for (const item of [accepted, { ...accepted, usesSorry: true }]) tally.add(item);
  tally.add({ verdict: 'rejected', usesSorry: false, outcome: undefined });
  tally.add({ verdict: 'undecided', usesSorry: false, outcome: 'timed-out' });
  now = 4000;
  expect(tally.progress()).toBe('[############............] 4/8, 1.0/s, 1 rejected, 1 undecided, 4 s left');
  expect(tally.summary()).toBe(
    'accepted  2  1 of them unfinished (sorry)\nrejected  1\nundecided 1  timed-out 1\nall       4  in 4 s, 1.0/s',
  );
});

it('does not guess how many there are', () => {
  const tally = new Tally(undefined, () => 0);
  tally.add(accepted);
  expect(tally.progress()).toBe('1 done, 0.0/s');
});
