/*
 * Which texts the elaborator has kept the state behind. A text that goes on from one of them costs only what is new. Texts
 * are known by their digests, so that a hundred states of a long session take no more memory here than one.
 */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostic.ts';

/** A state that the elaborator has kept. */
export interface KeptState {
  readonly handle: number;
  /** The last of what Lean said about the text before the state; there is no error in it. */
  readonly messages: readonly Diagnostic[];
}

/** Bounds of what an elaborator can have kept here that drops nothing: states, and of each the messages and their characters. */
const maxStates = 200;
const maxMessages = 200;
const maxCharacters = 64 * 1024;

/** The states that there are; the elaborator says which it has dropped. */
export class KeptStates {
  readonly #byDigest = new Map<string, KeptState>();

  /** The state behind exactly this text. */
  find(text: string): KeptState | undefined {
    return this.#byDigest.size === 0 ? undefined : this.#byDigest.get(digest(text));
  }

  /** @param before the state that the text went on from */
  add(text: string, handle: number, before: KeptState | undefined, own: readonly Diagnostic[]): void {
    const messages = lastOf([...(before?.messages ?? []), ...own.slice(-maxMessages)]);
    this.#byDigest.set(digest(text), { handle, messages });
    const [oldest] = this.#byDigest.keys();
    if (this.#byDigest.size > maxStates && oldest !== undefined) this.#byDigest.delete(oldest);
  }

  forget(handles: ReadonlySet<unknown>): void {
    for (const [text, { handle }] of this.#byDigest) if (handles.has(handle)) this.#byDigest.delete(text);
  }
}

/** As many of the last messages as are kept. */
function lastOf(messages: readonly Diagnostic[]): readonly Diagnostic[] {
  let first = messages.length;
  let left = maxCharacters;
  while (first > 0 && messages.length - first < maxMessages) {
    left -= messages[first - 1]?.message.length ?? 0;
    if (left < 0) break;
    first -= 1;
  }
  return messages.slice(first);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
