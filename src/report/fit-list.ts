/** How many items of a list fit, the first ones first. @param limit what `sizeOf` of them may sum up to */
export function countFitting<Item>(items: readonly Item[], limit: number, sizeOf: (item: Item) => number): number {
  let left = limit;
  const tooLarge = items.findIndex((item) => (left -= sizeOf(item)) < 0);
  return tooLarge < 0 ? items.length : tooLarge;
}
