import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planShares, type Share } from './share-plan.ts';

const demand = fc.oneof(fc.constantFrom(0, 1.5, 2, 5), fc.double({ min: 0, max: 1000, noNaN: true }));
const shares: fc.Arbitrary<Share[]> = fc
  .tuple(
    fc.array(fc.record({ demand, present: fc.nat(8) }), { maxLength: 5 }),
    fc.array(fc.record({ demand, present: fc.nat(8) }), { maxLength: 6 }),
  )
  .map(([ranked, others]) => [
    ...ranked.map((share, rank) => ({ ...share, key: `ranked ${rank}`, rank })),
    ...others.map((share, index) => ({ ...share, key: `other ${index}` })),
  ]);
const size = fc.nat(40);

const isKept = ({ rank, demand }: Share): boolean => rank !== undefined || demand >= 1.5;
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

describe('planShares', () => {
  it('gives out the whole size when there is anything to keep, and nothing otherwise', () => {
    fc.assert(
      fc.property(size, shares, (size, shares) => {
        const plan = planShares(size, shares);
        expect(sum(plan.values())).toBe(shares.some(isKept) ? size : 0);
        expect([...plan.keys()]).toEqual(shares.map(({ key }) => key));
      }),
    );
  });

  it('gives the ranked ones their first item before any other, in their order', () => {
    fc.assert(
      fc.property(size, shares, (size, shares) => {
        const plan = planShares(size, shares);
        const ranked = shares.filter(({ rank }) => rank !== undefined);
        const first = ranked.map(({ key }) => (plan.get(key) ?? 0) > 0);
        expect(first).toEqual(ranked.map((_, rank) => rank < size));
        const others = sum(shares.filter(({ rank }) => rank === undefined).map(({ key }) => plan.get(key) ?? 0));
        if (size <= ranked.length) expect(others).toBe(0);
      }),
    );
  });

  it('gives the others their first item in the order of their demand', () => {
    const plan = planShares(
      2,
      [3, 9, 2, 8].map((demand) => ({ key: `wanted ${demand}`, demand, present: 0 })),
    );
    expect([...plan.values()]).toEqual([0, 1, 0, 1]);
  });

  it('keeps nothing of what is not ranked and was not asked for twice lately', () => {
    fc.assert(
      fc.property(size, shares, (size, shares) => {
        const plan = planShares(size, shares);
        for (const share of shares) if (!isKept(share)) expect(plan.get(share.key)).toBe(0);
      }),
    );
  });

  it('takes nothing away from anyone when the size grows', () => {
    fc.assert(
      fc.property(size, shares, (size, shares) => {
        const [small, large] = [planShares(size, shares), planShares(size + 1, shares)];
        for (const { key } of shares) expect(large.get(key)).toBeGreaterThanOrEqual(small.get(key) ?? 0);
      }),
    );
  });

  it('gives a share no less when it is wanted more', () => {
    fc.assert(
      fc.property(size, shares, demand, fc.nat(), (size, shares, more, at) => {
        const chosen = shares[at % Math.max(1, shares.length)];
        if (chosen === undefined) return;
        const wantedMore = shares.map((share) =>
          share === chosen ? { ...share, demand: share.demand + more } : share,
        );
        const before = planShares(size, shares).get(chosen.key) ?? 0;
        expect(planShares(size, wantedMore).get(chosen.key)).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('does not depend on the order in which the shares are named', () => {
    fc.assert(
      fc.property(
        size,
        shares.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        (size, [shares, shuffled]) => {
          const plan = planShares(size, shuffled);
          expect(new Map([...planShares(size, shares)])).toEqual(new Map([...plan]));
        },
      ),
    );
  });

  it('gives out the rest in proportion to demand', () => {
    const plan = planShares(8, [
      { key: 'often', demand: 60, present: 0 },
      { key: 'less often', demand: 20, present: 0 },
    ]);
    expect([...plan]).toEqual([
      ['often', 6],
      ['less often', 2],
    ]);
  });

  it('follows the ranks while nothing has been asked for', () => {
    const plan = planShares(5, [
      { key: 'first', rank: 0, demand: 0, present: 0 },
      { key: 'second', rank: 1, demand: 0, present: 0 },
    ]);
    expect(plan.get('first')).toBeGreaterThan(plan.get('second') ?? 0);
  });

  it('leaves what is there when two shares are wanted about as often, so that no item is thrown away at each call', () => {
    const planWith = (extra: number): Map<string, number> =>
      planShares(3, [
        { key: 'a', rank: 0, demand: 40, present: 2 },
        { key: 'b', rank: 1, demand: 40 + extra, present: 1 },
      ]);
    expect(planWith(1).get('a')).toBe(2);
    expect(planWith(40).get('a')).toBe(1);
  });
});
