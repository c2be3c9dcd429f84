/* What the Lean of one module writes, as far as it is kept, and what its end means. */
import { BoundedText } from '../core/bounded-text.ts';
import { formatBytes, type Bytes } from '../core/bytes.ts';
import { byPlace, isError, usesSorry, type Diagnostic } from '../lean/diagnostic.ts';
import type { SandboxLimits } from '../sandbox/sandbox.ts';
import type { OwnOutcome } from './check-plan.ts';
import type { ModuleEnd } from './keeper-frames.ts';
import type { KeptMessages, UnfinishedReason } from './project.ts';

/** Messages of one module that are kept, and characters of each. */
const maxMessages = 1000;
const maxMessageLength = 64 * 1024;
/** The longest line of Lean that is read. */
const maxLine: Bytes = 4 * 1024 ** 2;
const keptStderr: Bytes = 4096;

/** How many characters of messages may still be kept, of all modules of a check together. */
export interface MessageRoom {
  left: number;
}

/** Collects it. */
export class ModuleOutput {
  readonly #room: MessageRoom;
  readonly #stopBytes: Bytes;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #stderr = new BoundedText(keptStderr);
  #more = 0;
  #hasError = false;
  #usesSorry = false;
  #seenBytes = 0;
  /** The beginning of a line. */
  #line: Buffer[] = [];
  #lineLength = 0;

  /** @param stopBytes how much it may write */
  constructor(room: MessageRoom, stopBytes: Bytes) {
    this.#room = room;
    this.#stopBytes = stopBytes;
  }

  /** Whether it has written too much. */
  get isTooMuch(): boolean {
    return this.#seenBytes > this.#stopBytes || this.#lineLength > maxLine;
  }

  /** The lines that are whole with what has come on stdout now; nothing more once it is too much. */
  *lines(bytes: Buffer): Generator<Buffer, void, undefined> {
    this.#seenBytes += bytes.length;
    for (let start = 0; !this.isTooMuch;) {
      const end = bytes.indexOf(lineFeed, start);
      const piece = bytes.subarray(start, end < 0 ? bytes.length : end);
      this.#lineLength += piece.length;
      if (end < 0) {
        this.#line.push(Buffer.from(piece));
        return;
      }
      const line = this.#line.length === 0 ? piece : Buffer.concat([...this.#line, piece]);
      this.#line = [];
      this.#lineLength = 0;
      start = end + 1;
      yield line;
    }
  }

  appendStderr(bytes: Buffer): void {
    this.#seenBytes += bytes.length;
    this.#stderr.append(bytes);
  }

  /** A message of Lean. The first error is kept in any case. */
  add(diagnostic: Diagnostic): void {
    const isFirstError = isError(diagnostic) && !this.#hasError;
    this.#hasError ||= isError(diagnostic);
    this.#usesSorry ||= usesSorry(diagnostic);
    const { message } = diagnostic;
    const kept = message.length <= maxMessageLength ? message : cut(message, maxMessageLength);
    if (!isFirstError && (this.#diagnostics.length >= maxMessages || kept.length > this.#room.left)) {
      this.#more += 1;
      return;
    }
    this.#room.left -= kept.length;
    this.#diagnostics.push({ ...diagnostic, message: kept });
  }

  get messages(): KeptMessages {
    const inOrder = this.#diagnostics.toSorted(byPlace);
    return { diagnostics: inOrder, more: this.#more, ...(this.#usesSorry && { usesSorry: true }) };
  }

  /** That nobody knows what Lean would say. */
  unfinished(reason: UnfinishedReason, detail: string): OwnOutcome {
    return { outcome: 'unfinished', reason, detail, messages: this.messages };
  }

  /** What came of the module, when its Lean has ended. @param oomKillsBefore as far as they were known when it began */
  outcome(end: ModuleEnd, oomKillsBefore: number, limits: SandboxLimits): OwnOutcome {
    if (end.kind === 'failed') {
      return isFull(end.why) ? this.#noRoom(limits) : this.unfinished('crashed', `Lean was not started: ${end.why}`);
    }
    const { how, made, oomKills = 0 } = end;
    const { messages } = this;
    if ('signal' in how) {
      if (how.signal === sigkill && oomKills > oomKillsBefore) {
        return this.unfinished('out-of-memory', `Lean ran out of the ${formatBytes(limits.memory)} of its sandbox`);
      }
      if (how.signal === sigxfsz) return this.#noRoom(limits);
      return this.unfinished('crashed', `Lean was ended by signal ${how.signal}`);
    }
    if (this.#hasError && how.exitCode <= 1) return { outcome: 'rejected', messages };
    if (how.exitCode === 0 && made) return { outcome: 'accepted', messages };
    const said = this.#stderr.kept().text.trim();
    if (isFull(said)) return this.#noRoom(limits);
    const why = said === '' ? '' : `: ${said}`;
    return this.unfinished('crashed', `Lean ended with exit code ${how.exitCode} before it was done${why}`);
  }

  #noRoom({ folderSize }: SandboxLimits): OwnOutcome {
    return this.unfinished('no-room', `The sources and compiled modules are more than ${formatBytes(folderSize)}`);
  }
}

function cut(text: string, length: number): string {
  return `${text.slice(0, length).toWellFormed()}… (cut: ${text.length} characters in all)`;
}

/** Whether somebody says that a folder is full, or that a file would not even fit into an empty one. */
function isFull(said: string): boolean {
  return /no space left|file too large/i.test(said);
}

const lineFeed = 0x0a;
const sigkill = 9;
/** A file has become larger than any may be. */
const sigxfsz = 25;
