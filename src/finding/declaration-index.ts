/*
 * The declarations of an image's libraries in memory, as a search needs them. What results show besides the name stays in the
 * file: types are most of it.
 */
import { setImmediate } from 'node:timers/promises';
import { kindNumbers } from './declaration-kinds.ts';
import {
  endLine,
  IndexDamage,
  indexLimits,
  parseDeclarationLine,
  parseHeaderLine,
  parseModuleLine,
  type IndexHeader,
} from './index-line.ts';
import { Postings } from './postings.ts';
import { brackets, conclusionTokens } from './tokens.ts';
import { wordsOf } from './words.ts';

/** Numbers things as they come. */
class Numbers extends Map<string, number> {
  numberOf(thing: string): number {
    const known = this.get(thing);
    if (known !== undefined) return known;
    const number = this.size;
    this.set(thing, number);
    return number;
  }
}

/** Words, and the declarations that have them. */
export interface WordIndex {
  readonly words: ReadonlyMap<string, number>;
  readonly postings: Postings;
}

/** Names in lower case, one behind another with line feeds between them. */
export interface NameBlock {
  readonly text: string;
  /** The number of the first one. */
  readonly first: number;
  /** Where each begins. */
  readonly starts: Uint32Array;
}

/** Conclusions, one behind another, as numbers of tokens. */
export interface ConclusionIndex {
  readonly tokens: ReadonlyMap<string, number>;
  readonly sequence: Int32Array;
  /** Where the conclusion of each declaration ends. */
  readonly ends: Uint32Array;
  /** The declarations whose conclusion has a token, which may be there twice. */
  readonly postings: Postings;
}

/** Declarations by the numbers that they have in the file, from 0. */
export interface DeclarationIndex {
  readonly names: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly nameBlocks: readonly NameBlock[];
  readonly nameWords: WordIndex;
  readonly docWords: WordIndex;
  readonly conclusions: ConclusionIndex;
  /** The declarations whose type mentions another one. */
  readonly mentions: Postings;
  readonly kinds: Uint8Array;
  readonly modules: readonly string[];
  readonly moduleOf: Uint32Array;
  readonly header: IndexHeader;
  /** Where its line begins in the file, and behind the last one where that ends. */
  readonly lineStarts: Uint32Array;
}

/** Lists one behind another. */
class Lists {
  readonly items: number[] = [];
  readonly ends: number[] = [];

  add(list: Iterable<number>): void {
    for (const item of list) this.items.push(item);
    this.ends.push(this.items.length);
  }

  invert(keys: number): Postings {
    return Postings.invert(this.items, this.ends, keys);
  }
}

const namesInBlock = 2048;
const lineFeed = 0x0a;

/**
 * Makes an index of the lines of a file, as they come. What is taken at once is read at once: 64 KiB are some milliseconds.
 *
 * @example
 * const builder = new IndexBuilder();
 * for await (const bytes of stream) builder.take(bytes);
 * const index = await builder.finish();
 */
export class IndexBuilder {
  #header: IndexHeader | undefined;
  #isEnded = false;
  #size = 0;
  #partial: Buffer[] = [];
  #partialSize = 0;
  readonly #modules: string[] = [];
  readonly #names: string[] = [];
  readonly #kinds: number[] = [];
  readonly #moduleOf: number[] = [];
  readonly #lineStarts: number[] = [];
  readonly #nameWords = new Numbers();
  readonly #docWords = new Numbers();
  readonly #tokens = new Numbers(brackets.map((bracket, number) => [bracket, number]));
  readonly #lists = { nameWords: new Lists(), docWords: new Lists(), conclusions: new Lists(), constants: new Lists() };

  /** @throws IndexDamage */
  take(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#keepPartial(bytes.subarray(start, end));
      const line = this.#partial.length === 1 ? this.#partial[0] : Buffer.concat(this.#partial);
      this.#takeLine(line?.toString('utf8') ?? '');
      this.#size += this.#partialSize + 1;
      [this.#partial, this.#partialSize] = [[], 0];
      start = end + 1;
    }
    // A copy: whoever reads may use the same bytes for the next piece.
    if (start < bytes.length) this.#keepPartial(Buffer.from(bytes.subarray(start)));
  }

  /** How many declarations have come, of how many. */
  get progress(): { readonly done: number; readonly total: number } | undefined {
    return this.#header && { done: this.#names.length, total: this.#header.declarations };
  }

  /** Whether all that was announced has come. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** @throws IndexDamage when something is missing */
  async finish(): Promise<DeclarationIndex> {
    const header = this.#header;
    if (header === undefined || !this.#isEnded || this.#partialSize > 0) throw new IndexDamage('its end is missing');
    const { nameWords, docWords, conclusions, constants } = this.#lists;
    const invert = async (lists: Lists, keys: number): Promise<Postings> => {
      await setImmediate();
      return lists.invert(keys);
    };
    const words = await invert(nameWords, this.#nameWords.size);
    const inDocs = await invert(docWords, this.#docWords.size);
    const mentions = await invert(constants, header.declarations);
    const ofTokens = await invert(conclusions, this.#tokens.size);
    await setImmediate();
    return {
      header,
      names: this.#names,
      numbers: await numbersOf(this.#names),
      nameBlocks: await blocksOf(this.#names),
      nameWords: { words: this.#nameWords, postings: words },
      docWords: { words: this.#docWords, postings: inDocs },
      conclusions: {
        tokens: this.#tokens,
        sequence: Int32Array.from(conclusions.items),
        ends: Uint32Array.from(conclusions.ends),
        postings: ofTokens,
      },
      mentions,
      kinds: Uint8Array.from(this.#kinds),
      modules: this.#modules,
      moduleOf: Uint32Array.from(this.#moduleOf),
      lineStarts: Uint32Array.from(this.#lineStarts),
    };
  }

  /** What is not a line yet, of which there may be only so much. */
  #keepPartial(bytes: Buffer): void {
    this.#partialSize += bytes.length;
    if (this.#partialSize > indexLimits.lineBytes) throw new IndexDamage('a line is too long');
    if (this.#size + this.#partialSize > indexLimits.bytes) throw new IndexDamage('it is too long');
    this.#partial.push(bytes);
  }

  #takeLine(line: string): void {
    if (this.#isEnded) throw new IndexDamage('something stands behind its end');
    const header = this.#header;
    if (header === undefined) {
      this.#header = parseHeaderLine(line);
      return;
    }
    if (this.#modules.length < header.modules) {
      this.#modules.push(parseModuleLine(line));
      return;
    }
    this.#lineStarts.push(this.#size);
    if (this.#names.length < header.declarations) this.#takeDeclaration(line, header);
    else if (line === endLine) this.#isEnded = true;
    else throw new IndexDamage('it has more declarations than it says');
  }

  #takeDeclaration(line: string, header: IndexHeader): void {
    const { kind, module, name, constants, conclusion, doc } = parseDeclarationLine(line, header);
    this.#names.push(name);
    this.#kinds.push(kindNumbers.get(kind) ?? 0);
    this.#moduleOf.push(module);
    const { nameWords, docWords, conclusions, constants: mentioned } = this.#lists;
    nameWords.add([...wordsOf(name)].map((word) => this.#nameWords.numberOf(word)));
    docWords.add([...wordsOf(doc)].map((word) => this.#docWords.numberOf(word)));
    conclusions.add(conclusionTokens(conclusion).map((token) => this.#tokens.numberOf(token)));
    mentioned.add(constants);
  }
}

async function numbersOf(names: readonly string[]): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const [number, name] of names.entries()) {
    numbers.set(name, number);
    if (number % namesInBlock === 0) await setImmediate();
  }
  return numbers;
}

async function blocksOf(names: readonly string[]): Promise<NameBlock[]> {
  const blocks: NameBlock[] = [];
  for (let first = 0; first < names.length; first += namesInBlock) {
    const lower = names.slice(first, first + namesInBlock).map((name) => name.toLowerCase());
    let at = 0;
    const starts = Uint32Array.from(lower, ({ length }) => {
      at += length + 1;
      return at - length - 1;
    });
    blocks.push({ text: lower.join('\n'), first, starts });
    await setImmediate();
  }
  return blocks;
}
