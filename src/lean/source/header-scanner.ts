import { currentComments, skipBlank, type CommentRules } from './comment.ts';
import { IdentifierReader, isEarlyLetter, isLetter, type LetterTest } from './identifier.ts';

/** How one version of Lean reads a header. */
export interface HeaderDialect {
  readonly comments: CommentRules;
  readonly letters: LetterTest;
  /** Whether `import runtime A` imports `A`, and `import all A` a module named `all`, as in 2021. */
  readonly hasEarlyModifiers: boolean;
}

/** Lean 4.27. */
export const currentDialect: HeaderDialect = {
  comments: currentComments,
  letters: isLetter,
  hasEarlyModifiers: false,
};

/** Every mixture of what older versions did and newer ones may do. */
const otherDialects: readonly HeaderDialect[] = [isLetter, isEarlyLetter, () => true].flatMap((letters) =>
  [false, true].flatMap((isEarly) =>
    [false, true].map((dashHidesNext) => ({
      letters,
      comments: { dashHidesNext, moduleDocIsBlank: isEarly },
      hasEarlyModifiers: isEarly,
    })),
  ),
);

/** The dialects that may read a text in another way than {@link currentDialect}, and than each other. */
export function disputing(text: string): readonly HeaderDialect[] {
  const hasComments = text.includes('/-');
  const hasModifiers = /runtime|all/.test(text);
  const hasLetters = /[^\0-\x7f]/.test(text);
  return otherDialects.filter(({ letters, comments, hasEarlyModifiers }) => {
    if (!hasLetters && letters !== isLetter) return false;
    if (!hasComments && comments.dashHidesNext) return false;
    if (!hasComments && !hasModifiers && hasEarlyModifiers) return false;
    return letters !== isLetter || comments.dashHidesNext || hasEarlyModifiers;
  });
}

export interface ScannedImport {
  /** Where the module's name stands. */
  readonly start: number;
  readonly end: number;
  readonly isPublic: boolean;
  readonly isMeta: boolean;
  readonly isAll: boolean;
}

/** Longer headers, comments included, and those with more imports are nobody's; each version of Lean reads them on its own. */
export const maxHeaderLength = 128 * 1024;
const maxImports = 1000;

export interface HeaderScan {
  readonly end: number;
  readonly isModule: boolean;
  readonly isPrelude: boolean;
  readonly imports: readonly ScannedImport[];
  readonly problem: { readonly message: string; readonly offset: number } | undefined;
  /** How far the text was looked at. */
  readonly reach: number;
  /** Whether it was not read to its end, because it is too long or has too many imports. */
  readonly isCut: boolean;
}

/** Reads a header in one dialect, on past what Lean would refuse, up to a limit. */
export function scanHeader(code: string, dialect: HeaderDialect): HeaderScan {
  return new HeaderScanner(code, dialect).scan();
}

class HeaderScanner {
  readonly #code: string;
  readonly #isWhole: boolean;
  readonly #dialect: HeaderDialect;
  readonly #identifiers: IdentifierReader;
  readonly #imports: ScannedImport[] = [];
  #problem: HeaderScan['problem'];
  #isModule = false;
  /** Where the next token starts. */
  #position = 0;
  /** Where the last token ended. */
  #end = 0;
  #reach = 0;

  constructor(code: string, dialect: HeaderDialect) {
    this.#code = code.slice(0, maxHeaderLength);
    this.#isWhole = code.length <= maxHeaderLength;
    this.#dialect = dialect;
    this.#identifiers = new IdentifierReader(this.#code, dialect.letters);
  }

  scan(): HeaderScan {
    if (this.#code.startsWith('\ufeff')) {
      this.#note('the text starts with a byte order mark, which Lean does not skip: remove it', 0);
      this.#position = 1;
    }
    this.#skipBlank();
    this.#isModule = this.#take('module');
    const isPrelude = this.#take('prelude');
    while (this.#imports.length < maxImports && this.#readImport());
    return {
      end: this.#end,
      isModule: this.#isModule,
      isPrelude,
      imports: this.#imports,
      problem: this.#problem,
      reach: this.#reach,
      isCut: this.#imports.length >= maxImports || (!this.#isWhole && this.#reach >= this.#code.length),
    };
  }

  #readImport(): boolean {
    const position = this.#position;
    const end = this.#end;
    const problem = this.#problem;
    const isPublic = this.#take('public');
    const isMeta = this.#take('meta');
    const keyword = this.#position;
    if (!this.#take('import')) {
      this.#position = position;
      this.#end = end;
      this.#problem = problem;
      return false;
    }
    const isAll = this.#isAt('all');
    const all = { start: this.#position, end: this.#tokenEnd() };
    if (isAll) this.#accept(all.end);
    if (this.#dialect.hasEarlyModifiers) {
      this.#take('runtime');
      if (isAll && !this.#isModule)
        this.#imports.push({ start: all.start, end: all.end, isPublic, isMeta, isAll: false });
    }
    if (!this.#isModule && (isPublic || isMeta || isAll)) {
      this.#note('`public`, `meta` and `all` need `module` at the start of the file', position);
    }
    if (isPublic && isAll) this.#note('`public import` and `all` cannot be combined', position);

    const name = { start: this.#position, end: this.#tokenEnd() };
    const isKeyword = ['public', 'meta', 'import'].some((word) => this.#isAt(word));
    if (name.end > name.start && !isKeyword) {
      this.#accept(name.end);
      this.#imports.push({ start: name.start, end: name.end, isPublic, isMeta, isAll });
      if (this.#code[name.end] === '.') this.#note('a module name ends in a dot', name.end);
      return true;
    }
    this.#note('a module name is missing after `import`', keyword);
    // Where they are no keywords yet, these name modules.
    if (isAll) this.#imports.push({ start: all.start, end: all.end, isPublic, isMeta, isAll: false });
    if (isKeyword && !this.#isAt('import'))
      this.#imports.push({ start: name.start, end: name.end, isPublic, isMeta, isAll });
    return isKeyword;
  }

  #tokenEnd(): number {
    const end = this.#identifiers.end(this.#position);
    // A name in « » that closes nowhere was looked for to the end of the text.
    const isOpen = end === this.#position && this.#code[end] === '«';
    this.#lookedAt(isOpen ? this.#code.length : end);
    return end;
  }

  #lookedAt(end: number): void {
    // What ended a token, or may start a comment, was looked at as well.
    this.#reach = Math.max(this.#reach, end + 3);
  }

  #isAt(word: string): boolean {
    // Most tokens begin with another letter.
    const mayBe = this.#code.charCodeAt(this.#position) === word.charCodeAt(0);
    return mayBe && this.#code.startsWith(word, this.#position) && this.#tokenEnd() === this.#position + word.length;
  }

  #take(word: string): boolean {
    if (!this.#isAt(word)) return false;
    this.#accept(this.#position + word.length);
    return true;
  }

  #accept(end: number): void {
    this.#end = end;
    this.#position = end;
    this.#skipBlank();
  }

  #skipBlank(): void {
    const blank = skipBlank(this.#code, this.#position, this.#dialect.comments);
    if (blank.forbidden !== undefined) {
      this.#note('Lean accepts no tabs and no lone carriage returns between tokens', blank.forbidden);
    }
    if (blank.unclosed !== undefined) this.#note('a comment is not closed', blank.unclosed);
    this.#position = blank.end;
    this.#lookedAt(blank.end);
  }

  #note(message: string, offset: number): void {
    this.#problem ??= { message, offset };
  }
}
