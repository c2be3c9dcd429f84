/* Takes apart what the keeper of a project's sandbox writes: see project-keeper.ts. */

/** How the Lean of a module ended. */
export type ModuleEnd =
  | { readonly kind: 'failed'; readonly why: string }
  | {
      readonly kind: 'ended';
      readonly how: { readonly exitCode: number } | { readonly signal: number };
      /** Whether there is a compiled module. */
      readonly made: boolean;
      /** How many processes the memory limit has killed in the sandbox so far, where that is known. */
      readonly oomKills: number | undefined;
    };

/** A frame. */
export type KeeperFrame =
  | { readonly kind: 'bytes'; readonly id: number; readonly from: 'stdout' | 'stderr'; readonly bytes: Buffer }
  | { readonly kind: 'end'; readonly id: number; readonly end: ModuleEnd }
  | { readonly kind: 'ready' }
  /** Something that the keeper does not write; nothing behind it is read. */
  | { readonly kind: 'strange' };

const headLength = 5;
const idLength = 4;
const streams: ReadonlyMap<string, 'stdout' | 'stderr'> = new Map([
  ['O', 'stdout'],
  ['E', 'stderr'],
]);
/** The keeper passes on what it has read at once. */
const maxPart = idLength + 65536;
const maxEnd = idLength + 600;
const endPattern = /^(exit|signal) (\d{1,3})( made)?(?: oom-kills (\d{1,9}))?$/;

/** Splits a byte stream, cut anywhere, into frames. Holds no more than one. */
export class ProjectFrameReader {
  #rest = Buffer.alloc(0);
  #isDone = false;

  /** What the bytes hold that came next. */
  *read(chunk: Buffer): Generator<KeeperFrame, void, undefined> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (!this.#isDone && bytes.length >= headLength) {
      const letter = bytes.toString('latin1', 0, 1);
      const length = bytes.readUInt32BE(1);
      const limit = letter === 'X' ? maxEnd : streams.has(letter) ? maxPart : 0;
      if (length < idLength || length > limit) {
        this.#isDone = true;
        yield { kind: 'strange' };
        return;
      }
      if (bytes.length < headLength + length) break;
      const frame = understood(letter, bytes.subarray(headLength, headLength + length));
      bytes = bytes.subarray(headLength + length);
      this.#isDone = frame.kind === 'strange';
      yield frame;
    }
    this.#rest = Buffer.from(bytes);
  }
}

function understood(letter: string, body: Buffer): KeeperFrame {
  const id = body.readUInt32BE(0);
  const bytes = body.subarray(idLength);
  const from = streams.get(letter);
  if (from !== undefined) return { kind: 'bytes', id, from, bytes };
  const words = bytes.toString('utf8');
  if (id === 0) return words === 'ready' ? { kind: 'ready' } : { kind: 'strange' };
  if (words.startsWith('failed ')) return { kind: 'end', id, end: { kind: 'failed', why: words.slice(7).trim() } };
  const [, what, number, made, killed] = endPattern.exec(words) ?? [];
  if (what === undefined) return { kind: 'strange' };
  const how = what === 'exit' ? { exitCode: Number(number) } : { signal: Number(number) };
  const oomKills = killed === undefined ? undefined : Number(killed);
  return { kind: 'end', id, end: { kind: 'ended', how, made: made !== undefined, oomKills } };
}
