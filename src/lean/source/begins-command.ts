import { tokenize } from './lexer.ts';

/**
 * Whether a text surely begins a command of its own. A text that begins otherwise, with `+ 1` or a name, may go on with
 * the command before it.
 */
export function beginsCommand(code: string): boolean {
  for (const { kind, start, end } of tokenize(code)) {
    if (kind === 'comment') continue;
    if (kind === 'doc-comment') return true;
    const text = code.slice(start, end);
    return kind === 'identifier' ? commandWords.has(text) : /^(?:#[a-z]|@\[)/.test(code.slice(start, start + 2));
  }
  // Nothing but comments goes on with nothing.
  return true;
}

/** Words that every Lean 4 takes for the start of a command, whatever is imported. */
const commandWords: ReadonlySet<string> = new Set(
  `abbrev attribute axiom class declare_syntax_cat def end example export import inductive infix infixl infixr instance
  macro macro_rules mutual namespace noncomputable notation open partial postfix prefix private protected section
  set_option structure syntax theorem universe unsafe variable`.split(/\s+/),
);
