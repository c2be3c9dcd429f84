/* The brackets in which terms and tactics stand. */

const plain = { '(': ')', '[': ']', '{': '}' };
const all = { ...plain, '⟨': '⟩' };

/** What closes a bracket, by what opens it. */
export const closingOf: Readonly<Record<string, string | undefined>> = all;

/** The same for reading whole files: notations may have an angle bracket alone, as `⟨ψ|` has. */
export const closingOfPlain: Readonly<Record<string, string | undefined>> = plain;

/** What closes one. */
export const closers: ReadonlySet<string> = new Set(Object.values(all));
