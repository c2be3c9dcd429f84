/*
 * Declarations that Lean's outline of a text leaves out: those behind `open … in` and the like, and those in a `mutual`
 * block. Reads tokens, not grammar. A session's text is read step by step: what a step leaves open is where the next begins.
 */
import { Pieces } from '../../core/pieces.ts';
import { maxNameLength, nameComponents } from './identifier.ts';
import { tokenize } from './lexer.ts';
import { declarationModifiers } from './modifiers.ts';

interface Scope {
  readonly kind: 'namespace' | 'section' | 'mutual';
  /** What names in it begin with. */
  readonly prefix: string;
  readonly outer: Scope | undefined;
}

/** Where a text stands at its end, for what comes behind it. */
export interface OpenScopes {
  readonly innermost: Scope | undefined;
  readonly depth: number;
  readonly isBehindIn: boolean;
  readonly before: string;
}

/** Nothing is open at the beginning of a text. */
export const nothingOpen: OpenScopes = { innermost: undefined, depth: 0, isBehindIn: false, before: '' };

/** The full names of what a piece of text declares in such places, and what it leaves open. */
export async function hiddenDeclarations(
  code: string,
  begin: OpenScopes,
): Promise<{ readonly names: readonly string[]; readonly end: OpenScopes }> {
  const pieces = new Pieces();
  const names: string[] = [];
  let { innermost, depth, isBehindIn, before } = begin;
  for (const { kind, start, end } of tokenize(code)) {
    if (pieces.stepEnds()) await pieces.next();
    if (kind === 'comment' || kind === 'doc-comment') continue;
    const word = code.slice(start, end);
    if (kind === 'symbol' && '([{⟨'.includes(word)) depth += 1;
    if (kind === 'symbol' && ')]}⟩'.includes(word)) depth = Math.max(0, depth - 1);
    if (kind !== 'identifier' || depth > 0 || before === '.') {
      if (depth === 0) before = word;
      continue;
    }
    const parts = namesNext(before) ? nameComponents(word.slice(0, maxNameLength + 1)) : [];
    if (before === 'namespace') for (const name of parts) innermost = within(innermost, 'namespace', `${name}.`);
    else if (before === 'section') for (let n = 1; n < parts.length; n += 1) innermost = within(innermost, 'section');
    else if (before === 'end') for (let n = 1; n < parts.length; n += 1) innermost = innermost?.outer;
    else if (declaring.has(before) && !declaring.has(word) && (isBehindIn || innermost?.kind === 'mutual')) {
      const name = parts[0] === '_root_' ? parts.slice(1).join('.') : (innermost?.prefix ?? '') + parts.join('.');
      if (name.length <= maxNameLength) names.push(name);
    }
    if (word === 'section' || word === 'mutual') innermost = within(innermost, word);
    if (word === 'end') innermost = innermost?.outer;
    isBehindIn = word === 'in' || (isBehindIn && (declaring.has(word) || declarationModifiers.has(word)));
    before = word;
  }
  // A word that matters is short; a part of the text would keep all of it in memory.
  return { names, end: { innermost, depth, isBehindIn, before: before.length < 20 ? before : '' } };
}

/** Whether the parts of the word behind this one matter. */
function namesNext(word: string): boolean {
  return declaring.has(word) || word === 'namespace' || word === 'section' || word === 'end';
}

function within(outer: Scope | undefined, kind: Scope['kind'], name = ''): Scope {
  const before = outer?.prefix ?? '';
  // One that is too long already becomes no longer: thousands of such would be.
  const prefix = before.length > maxNameLength ? before : `${before}${name}`.slice(0, maxNameLength + 1);
  return { kind, prefix, outer };
}

const declaring: ReadonlySet<string> = new Set(
  'abbrev axiom class constant def inductive opaque structure theorem'.split(' '),
);
