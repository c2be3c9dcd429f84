import { expect, it } from 'vitest';
import { withResolvers } from './with-resolvers.ts';

it('gives a promise that its resolve settles, once', async () => {
  const { promise, resolve } = withResolvers<number>();
  resolve(1);
  resolve(2);
  expect(await promise).toBe(1);
});
