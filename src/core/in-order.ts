/**
 * The same in the order of their places, from 0 without a gap, each as soon as all before it are there. What comes early is
 * kept meanwhile.
 */
export async function* inOrder<Placed extends { readonly index: number }>(
  source: AsyncIterable<Placed>,
): AsyncGenerator<Placed, void, undefined> {
  const early = new Map<number, Placed>();
  let next = 0;
  for await (const placed of source) {
    early.set(placed.index, placed);
    for (let due = early.get(next); due !== undefined; due = early.get(next)) {
      early.delete(next);
      next += 1;
      yield due;
    }
  }
}
