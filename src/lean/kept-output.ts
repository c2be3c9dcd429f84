import { BoundedText } from '../core/bounded-text.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Output } from './lean.ts';

/** What a process writes to its stdout and stderr, as far as it is kept. */
export class KeptOutput {
  readonly #keepBytes: Bytes;
  #stdout: BoundedText;
  #stderr: BoundedText;

  /** @param keepBytes how much of each stream is kept */
  constructor(keepBytes: Bytes) {
    this.#keepBytes = keepBytes;
    this.#stdout = new BoundedText(keepBytes);
    this.#stderr = new BoundedText(keepBytes);
  }

  append(stream: keyof Output, bytes: Buffer): void {
    (stream === 'stdout' ? this.#stdout : this.#stderr).append(bytes);
  }

  /** What was written since the last time. */
  take(): Output {
    const taken = { stdout: this.#stdout.kept(), stderr: this.#stderr.kept() };
    this.#stdout = new BoundedText(this.#keepBytes);
    this.#stderr = new BoundedText(this.#keepBytes);
    return taken;
  }
}
