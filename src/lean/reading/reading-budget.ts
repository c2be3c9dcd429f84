import type { Bytes } from '../../core/bytes.ts';

/** What reading the messages about one text may cost. */
export interface ReadingLimits {
  readonly messages: number;
  readonly bytes: Bytes;
  /** Messages that Lean does not send. */
  readonly strange: number;
  /** This program's own time, in milliseconds. */
  readonly ownMs: number;
}

/**
 * More than any text of a sensible size has Lean say, also while it says everything again with each new message: a hundred
 * thousand lines, or three thousand messages.
 */
const readingLimits: ReadingLimits = {
  messages: 1_000_000,
  bytes: 1024 ** 3,
  strange: 10_000,
  ownMs: 30_000,
};

/** Why no more is read: Lean, or somebody in its name, says too much, or what is said is not Lean’s. */
export type Overdraft = 'much' | 'strange';

/** Counts what the messages about one text cost. */
export class ReadingBudget {
  readonly #limits: ReadingLimits;
  readonly #used = { messages: 0, bytes: 0, strange: 0, ownMs: 0 };

  constructor(limits: ReadingLimits = readingLimits) {
    this.#limits = limits;
  }

  /** Adds to what was used. @returns why no more may be, if so */
  charge(cost: Partial<ReadingLimits>): Overdraft | undefined {
    const used = this.#used;
    used.messages += cost.messages ?? 0;
    used.bytes += cost.bytes ?? 0;
    used.strange += cost.strange ?? 0;
    used.ownMs += cost.ownMs ?? 0;
    const { messages, bytes, strange, ownMs } = this.#limits;
    if (used.strange > strange) return 'strange';
    return used.messages > messages || used.bytes > bytes || used.ownMs > ownMs ? 'much' : undefined;
  }
}
