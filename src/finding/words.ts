/*
 * What names and texts are made of, as a search sees it. A word is a run of letters and digits; where a lower-case letter is
 * followed by an upper-case one, or a run of capitals by a word, another one begins.
 */

const runs = /[\p{L}\p{N}]+/gu;
const humps = /(?<=[^\p{Lu}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** The words of a text, in lower case and each once. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const [run] of text.matchAll(runs)) {
    // A name in one piece can also be asked for without its capitals.
    words.add(run.toLowerCase());
    for (const hump of run.split(humps)) words.add(hump.toLowerCase());
  }
  return words;
}

/** The words that must all be found, of what somebody asks for: the smallest pieces. */
export function smallestWords(text: string): string[] {
  return [...text.matchAll(runs)].flatMap(([run]) => run.split(humps).map((hump) => hump.toLowerCase()));
}
