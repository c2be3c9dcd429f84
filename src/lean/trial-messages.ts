import { isError, usesSorry, type Diagnostic } from './diagnostic.ts';
import { LineIndex } from './source/line-index.ts';
import type { Splice } from './source/splice.ts';

/** A text with something in the place of an attempt, and what Lean says about it. */
export interface Trial {
  readonly splice: Splice;
  readonly diagnostics: readonly Diagnostic[];
}

/** A message, and where it is in the text as it was before anything was put into it. */
export interface PlacedMessage {
  readonly diagnostic: Diagnostic;
  readonly base: number;
  /** Equal for messages that say the same about the same place. */
  readonly key: string;
}

/** Lean's messages about a trial: those about the place of the attempt apart from the others. */
export class TrialMessages {
  readonly own: readonly PlacedMessage[];
  readonly elsewhere: readonly PlacedMessage[];
  readonly #splice: Splice;
  readonly #lines: LineIndex;

  constructor({ splice, diagnostics }: Trial) {
    this.#splice = splice;
    this.#lines = new LineIndex(splice.text);
    const placed = diagnostics.map((diagnostic) => ({
      diagnostic,
      offset: this.#lines.offsetOfLean(diagnostic.start),
    }));
    const [own, elsewhere] = split(placed, ({ offset }) => splice.isInside(offset));
    const message = ({ diagnostic, offset }: (typeof placed)[number]): PlacedMessage => {
      const base = splice.toBase(offset);
      return { diagnostic, base, key: `${diagnostic.severity} ${base} ${comparable(diagnostic.message)}` };
    };
    this.own = own.map(message);
    this.elsewhere = elsewhere.map(message);
  }

  /** Whether a message is about a piece of text that the attempt is in. */
  isAround({ start, end }: Diagnostic): boolean {
    return this.#lines.offsetOfLean(start) <= this.#splice.start && this.#lines.offsetOfLean(end) >= this.#splice.start;
  }
}

export function isErrorMessage({ diagnostic }: PlacedMessage): boolean {
  return isError(diagnostic);
}

/** Whether a message says that something was left open with `sorry`. */
export function isSorryWarning({ diagnostic }: PlacedMessage): boolean {
  return usesSorry(diagnostic);
}

/** The messages that are not in the other list; one that is there twice counts twice. */
export function withoutKnown(messages: readonly PlacedMessage[], known: readonly PlacedMessage[]): PlacedMessage[] {
  const left = new Map<string, number>();
  for (const { key } of known) left.set(key, (left.get(key) ?? 0) + 1);
  return messages.filter(({ key }) => {
    const number = left.get(key) ?? 0;
    left.set(key, number - 1);
    return number <= 0;
  });
}

/** The items for which a test holds, and the others. */
export function split<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Messages up to this length, in UTF-16 units, are compared by what they say, longer ones letter by letter. */
const maxComparedLength = 64 * 1024;

/** Names that Lean makes up differ from one time to the next. */
function comparable(message: string): string {
  if (message.length > maxComparedLength) return message;
  return message.replace(/\?\w*\.\d+/g, '?').replace(/(_uniq|_hyg)\.\d+/g, '$1');
}
