/** Numbers by numbers, packed: for each key, the numbers that belong to it, in order. */
export class Postings {
  readonly #starts: Uint32Array;
  readonly #items: Uint32Array;

  private constructor(starts: Uint32Array, items: Uint32Array) {
    this.#starts = starts;
    this.#items = items;
  }

  /**
   * Turns lists around: for each thing in them, the numbers of the lists that have it.
   *
   * @param lists one behind another
   * @param ends where each of them ends
   * @param keys how many things there are
   */
  static invert(lists: ArrayLike<number>, ends: ArrayLike<number>, keys: number): Postings {
    const starts = new Uint32Array(keys + 1);
    for (let at = 0; at < lists.length; at += 1) {
      const key = (lists[at] ?? 0) + 1;
      starts[key] = (starts[key] ?? 0) + 1;
    }
    for (let key = 0; key < keys; key += 1) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
    const filled = starts.slice();
    const items = new Uint32Array(lists.length);
    let at = 0;
    for (let list = 0; list < ends.length; list += 1) {
      for (; at < (ends[list] ?? 0); at += 1) {
        const key = lists[at] ?? 0;
        const place = filled[key] ?? 0;
        items[place] = list;
        filled[key] = place + 1;
      }
    }
    return new Postings(starts, items);
  }

  of(key: number): Uint32Array {
    return this.#items.subarray(this.#starts[key] ?? 0, this.#starts[key + 1] ?? 0);
  }
}
