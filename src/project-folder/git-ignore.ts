import ignore, { type Ignore } from 'ignore';

/** What `.gitignore` files leave out, those of inner folders included. */
export class GitIgnore {
  readonly #folder: string;
  readonly #rules: Ignore | undefined;
  readonly #outer: GitIgnore | undefined;

  /**
   * @param folder where the file is, relative to the project; `''` for the project itself
   * @param text what it says; `undefined` when there is none
   * @param outer what holds in the folder around
   */
  constructor(folder: string, text: string | undefined, outer?: GitIgnore) {
    this.#folder = folder;
    this.#rules = text === undefined ? undefined : ignore({ allowRelativePaths: true }).add(text);
    this.#outer = outer;
  }

  /** @param path relative to the project, with `/` at its end for a folder */
  leavesOut(path: string): boolean {
    const own = this.#rules?.test(this.#folder === '' ? path : path.slice(this.#folder.length + 1));
    if (own?.ignored === true) return true;
    if (own?.unignored === true) return false;
    return this.#outer?.leavesOut(path) ?? false;
  }
}
