import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ItemReport, RecordedResult } from '../work-queue.ts';
import { Condition } from './condition.ts';

/** As much is read at a time. */
const readBytes = 256 * 1024;

/**
 * The results of one batch, in a file that has no name: it takes no memory, and is gone with the process, however that ends.
 * Disposing gives its room back.
 */
export class ResultLog implements AsyncDisposable {
  readonly #file: FileHandle;
  /** Where each result ends; results are numbered from 1. */
  readonly #ends: number[] = [];
  readonly #news = new Condition();
  #writing: Promise<unknown> = Promise.resolve();
  #end = 0;
  #isComplete = false;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(): Promise<ResultLog> {
    const folder = await mkdtemp(path.join(tmpdir(), 'lean-docker-mcp-batch-'));
    try {
      return new ResultLog(await open(path.join(folder, 'results'), 'wx+', 0o600));
    } finally {
      // What is open stays, until it is closed. Where an open file cannot be removed, the system cleans up.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  get count(): number {
    return this.#ends.length;
  }

  get bytes(): number {
    return this.#end;
  }

  /** Adds a result. Resolves when readers can have it. */
  async append(report: ItemReport): Promise<void> {
    const line = Buffer.from(JSON.stringify(report));
    const start = this.#end;
    this.#end += line.length;
    const written = this.#writing.then(() => this.#file.write(line, 0, line.length, start));
    this.#writing = written.catch(() => undefined);
    await written;
    this.#ends.push(start + line.length);
    this.#news.notifyAll();
  }

  /** Nothing is added any more; readers end. */
  complete(): void {
    this.#isComplete = true;
    this.#news.notifyAll();
  }

  async *read(after: number, signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined> {
    let seq = Math.min(after, this.#ends.length);
    for (;;) {
      signal.throwIfAborted();
      const upTo = this.#lastWithin(seq);
      if (upTo === seq) {
        if (this.#isComplete) return;
        await this.#news.wait(signal);
        continue;
      }
      const start = this.#endOf(seq);
      const bytes = Buffer.alloc(this.#endOf(upTo) - start);
      await this.#file.read(bytes, 0, bytes.length, start);
      for (; seq < upTo; seq += 1) {
        const text = bytes.toString('utf8', this.#endOf(seq) - start, this.#endOf(seq + 1) - start);
        yield { seq: seq + 1, report: JSON.parse(text) as ItemReport };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.complete();
    await this.#writing;
    await this.#file.close();
  }

  #endOf(seq: number): number {
    return seq === 0 ? 0 : (this.#ends[seq - 1] ?? this.#end);
  }

  /** The last result that can be read together with those behind this one. */
  #lastWithin(seq: number): number {
    let last = seq;
    while (last < this.#ends.length && (last === seq || this.#endOf(last + 1) - this.#endOf(seq) <= readBytes))
      last += 1;
    return last;
  }
}
