/* Patterns on the tokens of a conclusion. All alternatives are followed at once, a bit for each, so the work is linear. */
import { brackets, hole } from './tokens.ts';

/** How many tokens a pattern may have: as many as there are bits, less the one for its end. */
export const maxPatternTokens = 30;

/** A pattern, with its tokens as the index numbers them. */
export class Pattern {
  /** Every token but holes, each once. */
  readonly literals: readonly number[];
  readonly #length: number;
  readonly #holes: number;
  readonly #places = new Map<number, number>();

  /**
   * @param tokens at most {@link maxPatternTokens}
   * @param numberOf the number of a token; `undefined` for one that no conclusion has
   */
  constructor(tokens: readonly string[], numberOf: (token: string) => number | undefined) {
    let holes = 0;
    for (const [at, token] of tokens.entries()) {
      if (token === hole) {
        holes |= 1 << at;
        continue;
      }
      const number = numberOf(token) ?? -1;
      this.#places.set(number, (this.#places.get(number) ?? 0) | (1 << at));
    }
    this.#length = tokens.length;
    this.#holes = holes;
    this.literals = [...this.#places.keys()];
  }

  /** Whether the pattern is all that the tokens from `start` to `end` are. @param room what is used for that, grown as needed */
  matches(tokens: Int32Array, start: number, end: number, room: PatternRoom): boolean {
    const size = end - start;
    // Each token of the pattern stands for one at least.
    if (size < this.#length) return false;
    room.prepare(size);
    const { states, next } = room;
    linkBrackets(tokens, start, end, room);
    states[0] = 1;
    for (let at = 0; at < size; at += 1) {
      const state = states[at] ?? 0;
      if (state === 0) continue;
      // A hole begins with an item, or goes on with one.
      const inHole = ((state & this.#holes) << 1) | (state & (this.#holes << 1));
      const after = next[at] ?? 0;
      if (inHole !== 0 && after > 0) states[after] = (states[after] ?? 0) | inHole;
      const places = this.#places.get(tokens[start + at] ?? -1) ?? 0;
      states[at + 1] = (states[at + 1] ?? 0) | ((state & places) << 1);
    }
    return ((states[size] ?? 0) & (1 << this.#length)) !== 0;
  }
}

/** Memory for matching, used again and again. */
export class PatternRoom {
  /** Before each token: how far the pattern can have come. */
  states = new Int32Array(0);
  /** Behind the item that begins there; 0 where none does. */
  next = new Int32Array(0);
  open = new Int32Array(0);

  /** Room for so many tokens, with nothing in it. */
  prepare(size: number): void {
    if (this.states.length <= size) {
      this.states = new Int32Array(2 * size + 1);
      this.next = new Int32Array(2 * size + 1);
      this.open = new Int32Array(2 * size + 1);
    }
    this.states.fill(0, 0, size + 1);
  }
}

/** An item is a token that is no bracket, or all from a bracket to its counterpart. */
function linkBrackets(tokens: Int32Array, start: number, end: number, { next, open }: PatternRoom): void {
  let depth = 0;
  for (let at = 0; at < end - start; at += 1) {
    const token = tokens[start + at] ?? 0;
    next[at] = token < brackets.length ? 0 : at + 1;
    if (token >= brackets.length) continue;
    if (token % 2 === 0) {
      open[depth] = at;
      depth += 1;
      continue;
    }
    const opened = open[depth - 1] ?? 0;
    if (depth === 0 || tokens[start + opened] !== token - 1) {
      // What is open cannot be closed any more, nor what is around it.
      depth = 0;
      continue;
    }
    depth -= 1;
    next[opened] = at + 1;
  }
}
