/*
 * The order of completions. Some Leans say in which order theirs are to be shown; 4.27 does not, matches letters anywhere,
 * and names everything that a type has: what was meant is then one of thousands.
 */
import type { CompletionItem } from './questions.ts';
import { tokenize } from './source/lexer.ts';

/** What is known of the place that is to be completed. */
export interface CompletionPlace {
  /** The part of the name that stands there already, behind its last dot. */
  readonly typed: string;
  /** Words that the caller's text has elsewhere. */
  readonly words: ReadonlySet<string>;
}

const maxPartLength = 200;
const partOfName = /[\p{L}\p{N}_'!?]/u;

/** What stands before a place in a text. */
export function completionPlace(text: string, offset: number): CompletionPlace {
  const before = Array.from(text.slice(Math.max(0, offset - maxPartLength), offset));
  const typed = before.slice(before.findLastIndex((character) => !partOfName.test(character)) + 1).join('');
  const words = new Set<string>();
  for (const { start, end, kind } of tokenize(text)) {
    if (kind === 'comment' || (start <= offset && offset <= end)) continue;
    for (const part of text.slice(start, Math.min(end, start + maxPartLength)).split('.')) words.add(part);
  }
  return { typed, words };
}

/**
 * The first of the completions: in Lean's own order where it gives one; then by how what was typed occurs in the name, the
 * caller's own words before others, shorter names before longer ones, and as Lean named them.
 */
export function firstCompletions(
  items: readonly CompletionItem[],
  place: CompletionPlace,
  most: number,
): readonly CompletionItem[] {
  const ranked = items.map((item, index) => ({ item, index, rank: rankOf(item, place) }));
  ranked.sort((a, b) => byText(a.item, b.item) || a.rank - b.rank || a.index - b.index);
  return ranked.slice(0, most).map(({ item }) => item);
}

function byText(a: CompletionItem, b: CompletionItem): number {
  const [first, second] = [a.sortText ?? '', b.sortText ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Longer names count as equally long. */
const maxCountedLength = 999;

/** Smaller is better: the kind of match, then whose it is, then the length. */
function rankOf({ label }: CompletionItem, { typed, words }: CompletionPlace): number {
  const isForeign = words.has(label) ? 0 : 1;
  return (matchOf(label, typed) * 2 + isForeign) * (maxCountedLength + 1) + Math.min(label.length, maxCountedLength);
}

/** 0: the very name. 1: it begins so. 2: so but for upper and lower case. 3: a word in it begins so. 4: letters in order. */
function matchOf(label: string, typed: string): number {
  if (label === typed) return 0;
  if (label.startsWith(typed)) return 1;
  const [lower, wanted] = [label.toLowerCase(), typed.toLowerCase()];
  if (lower.startsWith(wanted)) return 2;
  if (lower.includes(`_${wanted}`) || lower.includes(`.${wanted}`) || label.includes(capitalized(typed))) return 3;
  return hasLetters(lower, wanted) ? 4 : 5;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function hasLetters(label: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = label.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
