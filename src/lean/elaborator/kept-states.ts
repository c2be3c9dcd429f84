/*
 * Which texts the elaborator has kept the state behind. A text that goes on from one of them costs only what is new. Texts
 * are known by their digests, so that a hundred states of a long session take no more memory here than one.
 */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostic.ts';

/** A state that the elaborator has kept. */
export interface KeptState {
  readonly handle: number;
  /** What Lean said about the text before the state. */
  readonly messages: MessagesBefore;
}

/** Lean's messages about a text that was elaborated piece by piece. */
export interface MessagesBefore {
  readonly before: MessagesBefore | undefined;
  readonly own: readonly Diagnostic[];
}

/** The states that there are; the elaborator says which it has dropped. */
export class KeptStates {
  readonly #byDigest = new Map<string, KeptState>();

  /** The state behind exactly this text. */
  find(text: string): KeptState | undefined {
    return this.#byDigest.size === 0 ? undefined : this.#byDigest.get(digest(text));
  }

  add(text: string, state: KeptState): void {
    this.#byDigest.set(digest(text), state);
  }

  forget(handles: ReadonlySet<unknown>): void {
    for (const [text, { handle }] of this.#byDigest) if (handles.has(handle)) this.#byDigest.delete(text);
  }
}

/** All messages, in the order of the pieces. */
export function allMessages(messages: MessagesBefore | undefined): Diagnostic[] {
  const pieces: (readonly Diagnostic[])[] = [];
  for (let piece = messages; piece !== undefined; piece = piece.before) pieces.push(piece.own);
  return pieces.reverse().flat();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
