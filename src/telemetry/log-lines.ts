import type { Writable } from 'node:stream';

/** Enough for some hundred lines while a reader is busy. In bytes. */
const unreadLimit = 256 * 1024;

/**
 * Writes lines to a stream as long as somebody reads them, and never waits for that: a line that comes while too much is
 * unread, or when nobody is there to read, is dropped and counted. The stream must not wait either, as those of Node do not
 * for pipes and sockets.
 */
export class LogLines {
  readonly #out: Writable;
  readonly #onRoom: (dropped: number) => void;
  readonly #limit: number;
  #dropped = 0;
  #untold = 0;

  /**
   * @param onRoom told before the next line that is written how many were dropped before it
   * @param limit how much may be unread, in bytes
   */
  constructor(out: Writable, onRoom: (dropped: number) => void, limit = unreadLimit) {
    this.#out = out;
    this.#onRoom = onRoom;
    this.#limit = limit;
    // Nobody reads any more, and there is nobody else to tell.
    if (out.listenerCount('error') === 0) out.on('error', () => undefined);
  }

  /** Lines that were dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    if (this.#hasRoom()) {
      const dropped = this.#untold;
      this.#untold = 0;
      if (dropped > 0) this.#onRoom(dropped);
      if (this.#pass(line)) return;
    }
    this.#dropped += 1;
    this.#untold += 1;
  }

  #hasRoom(): boolean {
    return this.#out.writable && this.#out.writableLength <= this.#limit;
  }

  /** @returns whether it was taken; files can refuse, on a disk that is full */
  #pass(line: string): boolean {
    try {
      this.#out.write(line);
      return true;
    } catch {
      return false;
    }
  }
}
