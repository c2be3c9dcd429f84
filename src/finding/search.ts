/*
 * The search: each part of a query marks the declarations that have it, by how well; those with all marks are ranked. In
 * pieces, so that others have their turn.
 */
import { Pieces } from '../core/pieces.ts';
import type { DeclarationIndex, WordIndex } from './declaration-index.ts';
import { kindNumbers, type DeclarationKind } from './declaration-kinds.ts';
import type { FindQuery } from './find-query.ts';
import { Pattern, PatternRoom } from './pattern.ts';

/** What is left out of what a query finds. */
export interface SearchFilter {
  readonly kind?: DeclarationKind | undefined;
  /** This module, and all whose names go on behind it with a dot. */
  readonly module?: string | undefined;
  /** How many of the best are told. */
  readonly limit: number;
}

/** The numbers of the best, and how many there are. */
export interface SearchResult {
  readonly found: number;
  readonly best: readonly number[];
}

/** How well a part of the query is met: in the doc string or the type, by a word's beginning, or by a whole word of the name. */
const marks = { beside: 1, beginning: 2, whole: 3 } as const;
/** What one step of {@link Pieces} is, in entries of arrays. */
const entriesInStep = 32;

/** Finds declarations. */
export async function search(index: DeclarationIndex, query: FindQuery, filter: SearchFilter): Promise<SearchResult> {
  const pieces = new Pieces();
  const least = new Uint8Array(index.names.length).fill(marks.whole);
  for (const part of marksOf(index, query)) {
    const marked = new Uint8Array(least.length);
    for (const entries of part(marked)) if (pieces.stepEnds(entries / entriesInStep)) await pieces.next();
    for (let at = 0; at < least.length; at += 1) least[at] = Math.min(least[at] ?? 0, marked[at] ?? 0);
    if (pieces.stepEnds(least.length / entriesInStep)) await pieces.next();
  }
  leaveOut(index, filter, least);
  await pieces.next();
  const isFound = patternTest(index, query);
  const ranking = new Ranking(index, query, least, filter.limit);
  for (let at = 0; at < least.length; at += 1) {
    if ((least[at] ?? 0) > 0 && isFound(at)) ranking.add(at);
    if (pieces.stepEnds((least[at] ?? 0) > 0 ? 0.5 : 1 / entriesInStep)) await pieces.next();
  }
  return { found: ranking.found, best: ranking.best };
}

/** Marks what has a part of the query. Yields how much work has been done since. */
type Marking = (marked: Uint8Array) => Generator<number, void, undefined>;

function marksOf(index: DeclarationIndex, query: FindQuery): Marking[] {
  const { nameWords, docWords, conclusions } = index;
  const words = query.words.map(
    (word): Marking =>
      function* (marked) {
        yield* markWord(docWords, word, marks.beside, marks.beside, marked);
        yield* markWord(nameWords, word, marks.beginning, marks.whole, marked);
      },
  );
  const quoted = query.quoted.map(
    (part): Marking =>
      (marked) =>
        markNames(index, part, marked),
  );
  const constants = query.constants.map(
    (name): Marking =>
      function* (marked) {
        const number = index.numbers.get(name);
        const users = number === undefined ? [] : index.mentions.of(number);
        for (const user of users) marked[user] = marks.beside;
        yield users.length;
        yield* markNames(index, name.toLowerCase(), marked);
      },
  );
  const literals = patternOf(index, query)?.literals ?? [];
  const tokens = literals.map(
    (token): Marking =>
      function* (marked) {
        const users = conclusions.postings.of(token);
        for (const user of users) marked[user] = marks.whole;
        yield users.length;
      },
  );
  return [...words, ...quoted, ...constants, ...tokens];
}

function* markWord(
  { words, postings }: WordIndex,
  wanted: string,
  beginning: number,
  whole: number,
  marked: Uint8Array,
): Generator<number, void, undefined> {
  let entries = 0;
  for (const [word, number] of words) {
    entries += 1;
    if (!word.startsWith(wanted)) continue;
    const mark = word === wanted ? whole : beginning;
    for (const user of postings.of(number)) if ((marked[user] ?? 0) < mark) marked[user] = mark;
    yield (entries += postings.of(number).length);
    entries = 0;
  }
  yield entries;
}

/** Marks the declarations in whose names a text occurs. */
function* markNames(
  { nameBlocks }: DeclarationIndex,
  part: string,
  marked: Uint8Array,
): Generator<number, void, undefined> {
  for (const { text, first, starts } of nameBlocks) {
    let block = 0;
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at)) {
      while ((starts[block + 1] ?? Infinity) <= at) block += 1;
      marked[first + block] = marks.whole;
      const next = starts[block + 1];
      if (next === undefined) break;
      at = next;
    }
    yield starts.length;
  }
}

function leaveOut(
  { kinds, modules, moduleOf }: DeclarationIndex,
  { kind, module }: SearchFilter,
  least: Uint8Array,
): void {
  const wantedKind = kind && kindNumbers.get(kind);
  if (wantedKind !== undefined) for (const [at, one] of kinds.entries()) if (one !== wantedKind) least[at] = 0;
  if (module === undefined) return;
  const isWanted = modules.map((name) => name === module || name.startsWith(`${module}.`));
  for (const [at, one] of moduleOf.entries()) if (isWanted[one] !== true) least[at] = 0;
}

function patternOf({ conclusions }: DeclarationIndex, { pattern }: FindQuery): Pattern | undefined {
  return pattern && new Pattern(pattern, (token) => conclusions.tokens.get(token));
}

function patternTest(index: DeclarationIndex, query: FindQuery): (declaration: number) => boolean {
  const pattern = patternOf(index, query);
  if (pattern === undefined) return () => true;
  const { sequence, ends } = index.conclusions;
  const room = new PatternRoom();
  return (declaration) =>
    pattern.matches(sequence, declaration === 0 ? 0 : (ends[declaration - 1] ?? 0), ends[declaration] ?? 0, room);
}

/** Keeps the best of those that are added. Better: a lower rank, then a shorter name, then the first in order. */
class Ranking {
  readonly #index: DeclarationIndex;
  readonly #least: Uint8Array;
  readonly #limit: number;
  readonly #wanted: string;
  readonly #wantedLower: string;
  /** Whether the query can be the end of a name. */
  readonly #isName: boolean;
  readonly #best: { readonly number: number; readonly rank: number; readonly name: string }[] = [];
  #found = 0;

  constructor(index: DeclarationIndex, { text }: FindQuery, least: Uint8Array, limit: number) {
    this.#index = index;
    this.#least = least;
    this.#limit = limit;
    this.#wanted = text;
    this.#wantedLower = text.toLowerCase();
    this.#isName = !/\s/u.test(text);
  }

  get found(): number {
    return this.#found;
  }

  get best(): number[] {
    return this.#best.map(({ number }) => number);
  }

  add(number: number): void {
    this.#found += 1;
    const name = this.#index.names[number] ?? '';
    const added = { number, name, rank: this.#rankOf(name, this.#least[number] ?? 0) };
    const worst = this.#best.at(-1);
    if (this.#best.length >= this.#limit && worst !== undefined && compare(worst, added) <= 0) return;
    const place = this.#best.findIndex((one) => compare(one, added) > 0);
    this.#best.splice(place < 0 ? this.#best.length : place, 0, added);
    if (this.#best.length > this.#limit) this.#best.pop();
  }

  /** 0: the very name; 1: but for capitals; 2: with a namespace before it; from 3: by what is met worst. */
  #rankOf(name: string, mark: number): number {
    if (name === this.#wanted) return 0;
    // Lowering every name would cost more than all the rest.
    if (this.#isName && name.length >= this.#wanted.length) {
      const end = name.slice(-this.#wantedLower.length).toLowerCase();
      if (end === this.#wantedLower) {
        if (name.length === this.#wanted.length) return 1;
        if (name.at(-this.#wanted.length - 1) === '.') return 2;
      }
    }
    return 3 + marks.whole - mark;
  }
}

interface Ranked {
  readonly number: number;
  readonly rank: number;
  readonly name: string;
}

function compare(one: Ranked, other: Ranked): number {
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.name.length !== other.name.length) return one.name.length - other.name.length;
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return one.number - other.number;
}
