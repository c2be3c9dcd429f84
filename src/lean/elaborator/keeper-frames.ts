/*
 * Takes apart what the elaborator's keeper writes: frames of a letter, four bytes of length and that many bytes. Nothing is
 * held back but the few bytes that begin a frame and the last frame, so memory does not depend on what a frame announces.
 */

/** Where bytes in a frame come from. */
export type KeptStream = 'channel' | 'stdout' | 'stderr' | 'program-stdout' | 'program-stderr';

/** How the elaborator's process ended. */
export type ProcessEnd = ({ readonly exitCode: number } | { readonly signal: number }) & {
  /** How many processes the memory limit had killed by then; absent where the sandbox's kernel does not tell. */
  readonly oomKills?: number;
};

/** A piece of what the keeper wrote. */
export type KeeperPiece =
  /** Bytes of a stream: valid until the next piece is asked for. */
  | { readonly kind: 'bytes'; readonly from: KeptStream; readonly bytes: Buffer }
  /** What texts have left running is killed, and everything that it wrote has been passed on. */
  | { readonly kind: 'left-overs-killed' }
  /** How many processes the memory limit has killed until now; absent where the sandbox's kernel does not tell. */
  | { readonly kind: 'oom-kills'; readonly count?: number }
  /** The last thing that the keeper says. */
  | { readonly kind: 'end'; readonly end: ProcessEnd }
  /** Something that the keeper does not write; nothing behind it is read. */
  | { readonly kind: 'strange' };

const streams: ReadonlyMap<string, KeptStream> = new Map([
  ['A', 'channel'],
  ['O', 'stdout'],
  ['E', 'stderr'],
  ['o', 'program-stdout'],
  ['e', 'program-stderr'],
]);
/** What the keeper itself says. */
type Word = 'end' | 'killed' | 'oom-kills';
const words: ReadonlyMap<string, Word> = new Map([
  ['X', 'end'],
  ['K', 'killed'],
  ['M', 'oom-kills'],
]);
const headLength = 5;
/** The keeper passes on what it has read at once. */
const maxPart = 65536;
const maxWord = 40;
const killsPattern = /^(?:oom-kills (\d{1,9})|unknown)$/;
const endPattern = /^(exit|signal) (\d{1,3})(?: oom-kills (\d{1,9}))?$/;

/** Splits a byte stream, cut anywhere, into the pieces of its frames. */
export class KeeperFrameReader {
  /** The beginning of the current frame, while it is not whole. */
  #head = Buffer.alloc(0);
  #from: KeptStream | Word | undefined;
  /** How much of the current frame has not come. */
  #left = 0;
  /** What has come of a word of the keeper's own. */
  #word = Buffer.alloc(0);
  #isDone = false;

  /** What the bytes hold that came next. */
  *read(chunk: Buffer): Generator<KeeperPiece> {
    for (let rest = chunk; rest.length > 0 && !this.#isDone;) {
      if (this.#from === undefined) {
        const missing = headLength - this.#head.length;
        this.#head = Buffer.concat([this.#head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#head.length < headLength) return;
        if (!this.#open()) yield this.#strange();
        continue;
      }
      const part = rest.subarray(0, this.#left);
      rest = rest.subarray(part.length);
      const from = this.#from;
      this.#left -= part.length;
      if (this.#left === 0) this.#from = undefined;
      if (from !== 'end' && from !== 'killed' && from !== 'oom-kills') yield { kind: 'bytes', from, bytes: part };
      else {
        this.#word = Buffer.concat([this.#word, part]);
        if (this.#left === 0) yield this.#said(from);
      }
    }
  }

  /** @returns whether the frame is one of the keeper's */
  #open(): boolean {
    const letter = this.#head.toString('latin1', 0, 1);
    const length = this.#head.readUInt32BE(1);
    this.#head = Buffer.alloc(0);
    const from = words.get(letter) ?? streams.get(letter);
    if (from === undefined || length === 0 || length > (words.has(letter) ? maxWord : maxPart)) return false;
    this.#from = from;
    this.#left = length;
    return true;
  }

  #said(kind: Word): KeeperPiece {
    const word = this.#word.toString('latin1');
    this.#word = Buffer.alloc(0);
    if (kind === 'end') return this.#close(word);
    if (kind === 'killed') return word === 'killed' ? { kind: 'left-overs-killed' } : this.#strange();
    const found = killsPattern.exec(word);
    if (found === null) return this.#strange();
    return { kind, ...(found[1] !== undefined && { count: Number(found[1]) }) };
  }

  #close(word: string): KeeperPiece {
    const [, what, number, killed] = endPattern.exec(word) ?? [];
    if (what === undefined) return this.#strange();
    this.#isDone = true;
    const how = what === 'exit' ? { exitCode: Number(number) } : { signal: Number(number) };
    return { kind: 'end', end: { ...how, ...(killed !== undefined && { oomKills: Number(killed) }) } };
  }

  #strange(): KeeperPiece {
    this.#isDone = true;
    return { kind: 'strange' };
  }
}

/**
 * Asks the keeper to kill what texts have left running, and to say so when it has passed on what that wrote. It stands where
 * a request's length would, and no request is as long.
 */
export const leftOversRequest: Buffer = Buffer.alloc(4, 0xff);

/** Asks the keeper how many processes the memory limit has killed. */
export const oomKillsRequest: Buffer = Buffer.from([0xff, 0xff, 0xff, 0xfe]);
