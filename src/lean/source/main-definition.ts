import { Pieces } from '../../core/pieces.ts';
import { closingOfPlain } from './brackets.ts';
import { currentDialect, scanHeader } from './header-scanner.ts';
import { nameComponents } from './identifier.ts';
import { tokenize } from './lexer.ts';
import { declarationModifiers } from './modifiers.ts';

/** Where the name of a definition stands, in UTF-16 offsets. */
export interface MainDefinition {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Whether it stands in a `mutual` block. */
  readonly isMutual: boolean;
}

/**
 * Finds the definition of the `main` that `lean --run` runs: in the root namespace and not private. Reads tokens, not
 * grammar: a `main` that a macro makes is not found, and whether Lean accepts the definition is not asked.
 */
export async function findMain(code: string): Promise<MainDefinition | undefined> {
  // Free of cost for most.
  if (!code.includes('main')) return undefined;
  const pieces = new Pieces();
  const scopes = new Scopes(!scanHeader(code, currentDialect).isModule);
  const brackets: string[] = [];
  const modifiers = new Set<string>();
  let command: string | undefined;
  let before = { text: '', end: -1 };

  for (const token of tokenize(code)) {
    if (pieces.stepEnds()) await pieces.next();
    if (token.kind === 'comment' || token.kind === 'doc-comment') continue;
    const text = code.slice(token.start, token.end);
    const previous = before.end === token.start ? before.text : '';
    before = { text, end: token.end };

    const closing = token.kind === 'symbol' ? closingOfPlain[text] : undefined;
    if (closing !== undefined) brackets.push(closing);
    else if (token.kind === 'symbol' && text.charAt(0) === brackets.at(-1)) brackets.pop();
    // What stands in brackets is a term or a quotation, and `.end` is a name.
    if (brackets.length > 0 || token.kind !== 'identifier' || previous === '.') {
      command = undefined;
      modifiers.clear();
      continue;
    }
    if (previous === '#' && text === 'exit') return undefined;

    const parts = command === undefined ? [] : nameComponents(text);
    if (command === 'def' && scopes.makesMain(parts, modifiers)) {
      return { nameStart: token.start, nameEnd: token.end, isMutual: scopes.isInMutual };
    }
    if (command === 'namespace') scopes.openNamespace(parts.length);
    // Only dotted names matter here: any other may be the next command, and makes no difference.
    if (command === 'section') scopes.openSections(parts.length - 1);
    if (command === 'end') scopes.close(parts.length - 1);

    command = commands.get(text);
    if (command === 'section') scopes.openSections(1, modifiers.has('public'));
    if (command === 'mutual') scopes.openMutual();
    if (command === 'end') scopes.close(1);
    if (declarationModifiers.has(text)) modifiers.add(text);
    else if (command !== 'def') modifiers.clear();
  }
  return undefined;
}

/** The open namespaces and sections around a command. */
class Scopes {
  readonly #open: { kind: 'namespace' | 'section' | 'mutual'; isPublic: boolean }[] = [];
  readonly #isPublicFile: boolean;
  #namespaces = 0;

  /** @param isPublicFile whether definitions are public without saying so; in a `module` they are not */
  constructor(isPublicFile: boolean) {
    this.#isPublicFile = isPublicFile;
  }

  openNamespace(levels: number): void {
    for (let level = 0; level < levels; level += 1) this.#open.push({ kind: 'namespace', isPublic: this.#isPublic });
    this.#namespaces += levels;
  }

  openSections(levels: number, isPublic = false): void {
    for (let level = 0; level < levels; level += 1) {
      this.#open.push({ kind: 'section', isPublic: isPublic || this.#isPublic });
    }
  }

  openMutual(): void {
    this.#open.push({ kind: 'mutual', isPublic: this.#isPublic });
  }

  close(levels: number): void {
    for (const scope of this.#open.splice(Math.max(0, this.#open.length - levels))) {
      if (scope.kind === 'namespace') this.#namespaces -= 1;
    }
  }

  /** Whether a definition of this name is the root `main`, for all to see. */
  makesMain(name: readonly string[], modifiers: ReadonlySet<string>): boolean {
    const isRoot = name[0] === '_root_' ? name.length === 2 : this.#namespaces === 0 && name.length === 1;
    if (!isRoot || name.at(-1) !== 'main' || modifiers.has('private')) return false;
    return this.#isPublic || modifiers.has('public');
  }

  get isInMutual(): boolean {
    return this.#open.at(-1)?.kind === 'mutual';
  }

  get #isPublic(): boolean {
    return this.#open.at(-1)?.isPublic ?? this.#isPublicFile;
  }
}

/** Keyword to what it does to scopes and names; `constant` is the `opaque` of 2021. */
const commands: ReadonlyMap<string, 'def' | 'namespace' | 'section' | 'mutual' | 'end'> = new Map([
  ['def', 'def'],
  ['abbrev', 'def'],
  ['opaque', 'def'],
  ['constant', 'def'],
  ['namespace', 'namespace'],
  ['section', 'section'],
  ['mutual', 'mutual'],
  ['end', 'end'],
]);
