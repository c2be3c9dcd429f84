import type { Bytes } from '../core/bytes.ts';

/** What is kept of elaborated statements, the latest used last. */
export class StatementCache<Value extends { readonly bytes: Bytes }> {
  readonly #kept = new Map<string, Value>();
  readonly #limits: { readonly entries: number; readonly bytes: Bytes };
  #bytes = 0;

  constructor(limits: { readonly entries: number; readonly bytes: Bytes }) {
    this.#limits = limits;
  }

  get(key: string): Value | undefined {
    const value = this.#kept.get(key);
    if (value === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, value);
    return value;
  }

  /** Keeps a value, and forgets those that were used the longest ago if there is no room. */
  set(key: string, value: Value): void {
    this.#remove(key);
    this.#kept.set(key, value);
    this.#bytes += value.bytes;
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
