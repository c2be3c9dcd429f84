import type { FileHandle } from 'node:fs/promises';
import type { DeclarationKind } from './declaration-kinds.ts';
import type { DeclarationIndex } from './declaration-index.ts';
import type { FindQuery } from './find-query.ts';
import { IndexDamage, parseDeclarationLine } from './index-line.ts';
import { search, type SearchFilter } from './search.ts';

/** A declaration of a library, as it can be used. */
export interface FoundDeclaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** As Lean prints it where nothing is open; cut where it is very long, and empty where Lean cannot print it. */
  readonly type: string;
  /** What declares it. */
  readonly module: string;
  /** Whether that has to be imported: every text has `Init` by itself. */
  readonly needsImport: boolean;
  /** The first line of its doc string; empty when it has none. */
  readonly doc: string;
}

/** The best of what was found, and how much there is. */
export interface Findings {
  readonly found: number;
  readonly declarations: readonly FoundDeclaration[];
}

/** The index of an image, with the file in which the rest of it stands. Disposing closes that. */
export class LibraryIndex implements AsyncDisposable {
  readonly #index: DeclarationIndex;
  readonly #file: FileHandle;

  constructor(index: DeclarationIndex, file: FileHandle) {
    this.#index = index;
    this.#file = file;
  }

  /** How many declarations there are. */
  get size(): number {
    return this.#index.names.length;
  }

  async find(query: FindQuery, filter: SearchFilter): Promise<Findings> {
    const { found, best } = await search(this.#index, query, filter);
    return { found, declarations: await Promise.all(best.map((number) => this.#read(number))) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #read(number: number): Promise<FoundDeclaration> {
    const { header, lineStarts, modules, names } = this.#index;
    const start = lineStarts[number] ?? 0;
    const line = Buffer.alloc((lineStarts[number + 1] ?? start) - start);
    await this.#file.read(line, 0, line.length, start);
    const {
      name,
      kind,
      type,
      module: moduleNumber,
      doc,
    } = parseDeclarationLine(line.toString('utf8').replace(/\n$/, ''), header);
    if (name !== names[number]) throw new IndexDamage('it has changed since it was read');
    const module = modules[moduleNumber] ?? '';
    return { name, kind, type, module, needsImport: module !== 'Init' && !module.startsWith('Init.'), doc };
  }
}
