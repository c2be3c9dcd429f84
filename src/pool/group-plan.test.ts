import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planGroups, type GroupShare } from './share-plan.ts';

const group = fc.record({
  demand: fc.oneof(fc.constantFrom(0, 1, 5), fc.double({ min: 0, max: 1000, noNaN: true })),
  present: fc.nat(8),
  memory: fc.integer({ min: 1, max: 20 }),
});
const groups: fc.Arbitrary<GroupShare[]> = fc
  .array(group, { maxLength: 6 })
  .map((all) => all.map((one, rank) => ({ ...one, rank, key: `group ${rank}` })));
const size = fc.nat(40);
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
const of = (key: string, rank: number, demand: number, memory = 1): GroupShare => ({
  key,
  rank,
  demand,
  memory,
  present: 0,
});

describe('planGroups', () => {
  it('gives out what there is, and never more memory than that, but for the very first item', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 100 }), groups, (size, maxMemory, groups) => {
        const plan = planGroups(size, maxMemory, groups);
        const items = sum(plan.values());
        const memory = sum(groups.map(({ key, memory }) => memory * (plan.get(key) ?? 0)));
        expect(items).toBeLessThanOrEqual(size);
        if (items > 1) expect(memory).toBeLessThanOrEqual(maxMemory);
        if (size > 0 && groups.length > 0) expect(items).toBeGreaterThan(0);
        // What is not given out is of no use to any of them.
        for (const { memory: more } of items === size ? [] : groups) expect(memory + more).toBeGreaterThan(maxMemory);
      }),
    );
  });

  it('gives each group one before any gets a second, where memory allows all', () => {
    fc.assert(
      fc.property(size, groups, (size, groups) => {
        const counts = [...planGroups(size, Infinity, groups).values()];
        expect(sum(counts)).toBe(groups.length === 0 ? 0 : size);
        if (size >= groups.length) expect(counts).not.toContain(0);
        else expect(Math.max(0, ...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('prefers what is wanted to what comes first, and what comes first among those that nobody wants', () => {
    expect([...planGroups(1, Infinity, [of('first', 0, 0), of('wanted', 1, 3)])]).toEqual([
      ['first', 0],
      ['wanted', 1],
    ]);
    expect([...planGroups(1, Infinity, [of('first', 0, 0), of('second', 1, 0)])]).toEqual([
      ['first', 1],
      ['second', 0],
    ]);
    expect(planGroups(6, Infinity, [of('seldom', 0, 1), of('often', 1, 30)]).get('often')).toBe(5);
  });

  it('gives what is left to those whose items fit', () => {
    const plan = planGroups(10, 10, [of('large', 0, 9, 6), of('small', 1, 1, 1)]);
    expect(Object.fromEntries(plan)).toEqual({ large: 1, small: 4 });
  });
});
