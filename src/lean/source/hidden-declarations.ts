/*
 * Declarations that Lean's outline of a text leaves out: those behind `open … in` and the like, and those in a `mutual`
 * block. Reads tokens, not grammar.
 */
import { nameComponents } from './identifier.ts';
import { tokenize } from './lexer.ts';

interface Scope {
  readonly kind: 'namespace' | 'section' | 'mutual';
  readonly name: string;
}

/**
 * The full names of what a text declares in such places.
 *
 * @param from the offset from which on names count, in UTF-16 units
 */
export function hiddenDeclarations(text: string, from: number): readonly string[] {
  if (!/\b(?:mutual|in)\s/.test(text.slice(from))) return [];
  const names: string[] = [];
  let scopes: Scope[] = [];
  let depth = 0;
  let isBehindIn = false;
  let before = '';
  for (const { kind, start, end } of tokenize(text)) {
    if (kind === 'comment' || kind === 'doc-comment') continue;
    const word = text.slice(start, end);
    if (kind === 'symbol' && '([{⟨'.includes(word)) depth += 1;
    if (kind === 'symbol' && ')]}⟩'.includes(word)) depth = Math.max(0, depth - 1);
    if (kind !== 'identifier' || depth > 0 || before === '.') {
      if (depth === 0) before = word;
      continue;
    }
    const parts = nameComponents(word);
    if (before === 'namespace') scopes.push(...parts.map((name): Scope => ({ kind: 'namespace', name })));
    else if (before === 'section') scopes.push(...parts.slice(1).map((): Scope => ({ kind: 'section', name: '' })));
    else if (before === 'end') scopes = scopes.slice(0, Math.max(0, scopes.length - parts.length + 1));
    else if (
      declaring.has(before) &&
      !declaring.has(word) &&
      start >= from &&
      (isBehindIn || scopes.at(-1)?.kind === 'mutual')
    ) {
      names.push(fullName(parts, scopes));
    }
    if (word === 'section' || word === 'mutual') scopes.push({ kind: word, name: '' });
    if (word === 'end') scopes.pop();
    isBehindIn = word === 'in' || (isBehindIn && (declaring.has(word) || modifiers.has(word)));
    before = word;
  }
  return names;
}

function fullName(parts: readonly string[], scopes: readonly Scope[]): string {
  if (parts[0] === '_root_') return parts.slice(1).join('.');
  const namespaces = scopes.filter(({ kind }) => kind === 'namespace').map(({ name }) => name);
  return [...namespaces, ...parts].join('.');
}

const declaring: ReadonlySet<string> = new Set(
  'abbrev axiom class constant def inductive opaque structure theorem'.split(' '),
);
const modifiers: ReadonlySet<string> = new Set(
  'meta noncomputable nonrec partial private protected public unsafe'.split(' '),
);
