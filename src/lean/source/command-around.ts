import { Pieces } from '../../core/pieces.ts';
import { tokenize } from './lexer.ts';
import { declarationModifiers } from './modifiers.ts';
import type { Token } from './token.ts';

/** A piece of a text, in UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The whole command around the name that it declares, with what stands before it: `open Foo in`, attributes, modifiers,
 * documentation. Reads tokens, not grammar: commands are told apart only where each begins in the first column.
 *
 * @returns `undefined` when the piece may hold more than one command
 */
export async function commandAround(code: string, nameStart: number): Promise<TextRange | undefined> {
  const pieces = new Pieces();
  let range: TextRange | undefined;
  let declares = 0;
  let opensBehind = false;
  for (const { start, end, role, isBoundary } of wordsAtTop(code)) {
    if (pieces.stepEnds()) await pieces.next();
    if (isBoundary && start > nameStart) break;
    if (isBoundary) declares = 0;
    const begin = isBoundary ? start : range?.start;
    if (begin === undefined) continue;
    range = { start: begin, end };
    if (role === 'declares') declares += 1;
    if (role === 'opens' && start > nameStart) opensBehind = true;
  }
  return declares === 1 && !opensBehind ? range : undefined;
}

interface Word extends TextRange {
  readonly role: Role | undefined;
  /** Whether a command begins with it, and not the rest of one. */
  readonly isBoundary: boolean;
}

/** What a word does at the beginning of a command. */
type Role =
  | 'declares'
  /** Is a command of its own, or stands before another one with `in`. */
  | 'opens'
  /** Stands before what declares. */
  | 'modifies';

/** The tokens of a text; those in brackets have no role. */
function* wordsAtTop(code: string): Generator<Word, void, undefined> {
  let depth = 0;
  let isInAttribute = false;
  let goesOn = false;
  let before = '';
  for (const token of tokenize(code)) {
    if (token.kind === 'comment') continue;
    const { start, end } = token;
    const text = code.slice(start, end);
    const role = depth > 0 || before === '.' ? undefined : roleOf(token, text, code[end]);
    const isFirst = start === 0 || code[start - 1] === '\n';
    yield { start, end, role, isBoundary: role !== undefined && isFirst && !goesOn };
    if (text === '@' && role !== undefined) isInAttribute = true;
    const opens = token.kind === 'symbol' && '([{⟨'.includes(text);
    const closes = token.kind === 'symbol' && ')]}⟩'.includes(text);
    depth = Math.max(0, depth + (opens ? 1 : closes ? -1 : 0));
    const endsAttribute = isInAttribute && closes && depth === 0;
    if (endsAttribute) isInAttribute = false;
    goesOn = endsAttribute || role === 'modifies' || (depth === 0 && text === 'in');
    before = text;
  }
}

function roleOf({ kind }: Token, text: string, next: string | undefined): Role | undefined {
  if (kind === 'doc-comment' || (text === '@' && next === '[')) return 'modifies';
  if (text === '#' && next !== undefined && /[a-z]/.test(next)) return 'declares';
  return kind === 'identifier' ? roles.get(text) : undefined;
}

const words: Readonly<Record<Role, string>> = {
  declares: `abbrev attribute axiom builtin_initialize class constant declare_syntax_cat def deriving elab elab_rules end
    example export inductive infix infixl infixr initialize instance lemma macro macro_rules mutual namespace notation
    opaque postfix prefix run_cmd section structure syntax theorem`,
  opens: 'open set_option universe variable',
  modifies: ['local', 'scoped', ...declarationModifiers].join(' '),
};

const roles: ReadonlyMap<string, Role> = new Map(
  (['declares', 'opens', 'modifies'] as const).flatMap((role) =>
    words[role].split(/\s+/).map((word): [string, Role] => [word, role]),
  ),
);
