import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Principal } from '../core/ids.ts';
import { FairTurns } from './fair-turns.ts';

it('who comes behind many of one principal waits for one of them', async () => {
  const turns = new FairTurns();
  const begun: string[] = [];
  const begin = async (name: string): Promise<void> => {
    await turns.next(name as Principal);
    begun.push(name);
  };
  const many = Array.from({ length: 100 }, () => begin('many'));
  await Promise.all([begin('one'), begin('another')]);
  expect(begun).toEqual(['many', 'one', 'another']);
  await Promise.all(many);
});

it('every turn comes, one at a time, in the order of each principal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant(undefined))), async (steps) => {
      const turns = new FairTurns();
      const begun: string[] = [];
      const asked: Promise<void>[] = [];
      for (const [number, name] of steps.entries()) {
        const before = begun.length;
        if (name === undefined) await turn();
        else asked.push(turns.next(name as Principal).then(() => void begun.push(`${name}${number}`)));
        expect(begun.length - before).toBeLessThanOrEqual(1);
      }
      await Promise.all(asked);
      for (const name of ['a', 'b', 'c']) {
        const inOrder = steps.flatMap((step, number) => (step === name ? [`${name}${number}`] : []));
        expect(begun.filter((one) => one.startsWith(name))).toEqual(inOrder);
      }
    }),
  );
});
