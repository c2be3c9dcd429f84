import { afterAll, beforeAll } from 'vitest';

/**
 * One thing for all tests around, started before the first and disposed after the last; they get it by calling what is
 * returned.
 *
 * @param isWanted whether any of these tests is carried out
 */
export function shared<Thing extends AsyncDisposable>(start: () => Promise<Thing>, isWanted = true): () => Thing {
  let thing: Thing | undefined;
  beforeAll(async () => {
    if (isWanted) thing = await start();
  });
  afterAll(async () => {
    await thing?.[Symbol.asyncDispose]();
  });
  return () => {
    if (thing === undefined) throw new Error('it is there only while tests run');
    return thing;
  };
}
