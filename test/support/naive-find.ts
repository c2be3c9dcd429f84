/* What a search finds by its definition in docs/finding.md, word for word and however long that takes. */
import type { FindQuery } from '../../src/finding/find-query.ts';
import { conclusionTokens } from '../../src/finding/tokens.ts';

/** A declaration as its line in an index says. */
export interface NaiveDeclaration {
  readonly kind: string;
  readonly name: string;
  readonly module: string;
  readonly constants: readonly string[];
  readonly conclusion: string;
  readonly doc: string;
}

/** The declarations of an index, which must be whole. */
export function readDeclarations(index: string): NaiveDeclaration[] {
  const lines = index.split('\n').map((line) => line.split('\t'));
  const modules = lines.filter(([letter]) => letter === 'm').map(([, name = '']) => name);
  const declared = lines.filter(([letter]) => letter === 'd');
  return declared.map(([, kind = '', module = '', name = '', constants = '', bytes = '', type = '', doc = '']) => ({
    kind,
    name,
    module: modules[Number(module)] ?? '',
    constants: constants.split(' ').flatMap((number) => (number === '' ? [] : (declared[Number(number)]?.[3] ?? []))),
    conclusion: Number(bytes) === 0 ? '' : Buffer.from(type).subarray(-Number(bytes)).toString(),
    doc,
  }));
}

/** The names of what is found, the best first. */
export function naiveFind(
  declarations: readonly NaiveDeclaration[],
  query: FindQuery,
  { kind, module }: { readonly kind?: string; readonly module?: string } = {},
): string[] {
  return declarations
    .filter((one) => kind === undefined || one.kind === kind)
    .filter((one) => module === undefined || `${one.module}.`.startsWith(`${module}.`))
    .flatMap((one) => {
      const rank = rankOf(one, query);
      return rank === undefined ? [] : [{ name: one.name, rank }];
    })
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

function rankOf({ name, constants, conclusion, doc }: NaiveDeclaration, query: FindQuery): number | undefined {
  const inName = [...wordsByLetter(name)];
  const inDoc = [...wordsByLetter(doc)];
  const marks = [
    ...query.words.map((word) => {
      if (inName.includes(word)) return 3;
      if (inName.some((one) => one.startsWith(word))) return 2;
      return inDoc.some((one) => one.startsWith(word)) ? 1 : 0;
    }),
    ...query.quoted.map((part) => (name.toLowerCase().includes(part) ? 3 : 0)),
    ...query.constants.map((constant) => {
      if (name.toLowerCase().includes(constant.toLowerCase())) return 3;
      return constants.includes(constant) ? 1 : 0;
    }),
    ...(query.pattern === undefined || isMatch(query.pattern, conclusionTokens(conclusion)) ? [] : [0]),
  ];
  const least = Math.min(3, ...marks);
  if (least === 0) return undefined;
  if (name === query.text) return 0;
  if (name.toLowerCase() === query.text.toLowerCase()) return 1;
  if (name.toLowerCase().endsWith(`.${query.text.toLowerCase()}`)) return 2;
  return 6 - least;
}

/** Runs of letters and digits, and their parts by capitals. */
function wordsByLetter(text: string): Set<string> {
  const isUpper = (char = ''): boolean => /\p{Lu}/u.test(char);
  const words = new Set<string>();
  for (const run of text.split(/[^\p{L}\p{N}]/u)) {
    const letters = Array.from(run);
    let hump = '';
    for (const [at, letter] of letters.entries()) {
      const begins = isUpper(letter) && (!isUpper(letters[at - 1]) || /\p{Ll}/u.test(letters[at + 1] ?? ''));
      if (begins && hump !== '') words.add(hump.toLowerCase());
      hump = begins ? letter : hump + letter;
    }
    if (run !== '') words.add(hump.toLowerCase()).add(run.toLowerCase());
  }
  return words;
}

const counterparts = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['⟨', '⟩'],
  ['⟪', '⟫'],
]);
const closing = new Set(counterparts.values());

/** Whether in these tokens every bracket has its counterpart. */
function isBalanced(tokens: readonly string[]): boolean {
  const open: (string | undefined)[] = [];
  for (const token of tokens) {
    const closes = counterparts.get(token);
    if (closes !== undefined) open.push(closes);
    else if (closing.has(token) && open.pop() !== token) return false;
  }
  return open.length === 0;
}

function isMatch([first, ...rest]: readonly string[], tokens: readonly string[]): boolean {
  if (first === undefined) return tokens.length === 0;
  if (first !== '_') return tokens[0] === first && isMatch(rest, tokens.slice(1));
  return tokens.some((_, at) => isBalanced(tokens.slice(0, at + 1)) && isMatch(rest, tokens.slice(at + 1)));
}
