/**
 * A list of all members of a union of words, in a chosen order. It does not compile with a word too many or too few:
 * `everyOf<'a' | 'b'>()('a', 'b')`.
 */
export function everyOf<Union extends string>() {
  return <const List extends readonly Union[]>(
    ...list: [Exclude<Union, List[number]>] extends [never] ? List : readonly [Exclude<Union, List[number]>]
  ): readonly [Union, ...Union[]] => list as unknown as readonly [Union, ...Union[]];
}
