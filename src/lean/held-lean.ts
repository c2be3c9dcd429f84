import type { Owned } from '../core/owned.ts';
import type { Lean } from './lean.ts';

/** A Lean that outlives a call, and the header that it has imported. */
export interface HeldLean {
  readonly lean: Owned<Lean>;
  readonly header: string;
}

/** What keeps a Lean from one call to the next: a session, which has its text in it, or a place that calls share. */
export interface LeanHolder {
  /** The Lean, if there is a living one. */
  readonly server: HeldLean | undefined;
  /** Owns this Lean from now on. The one before is destroyed. */
  attach(server: HeldLean): void;
  /** Destroys the Lean: it cannot go on. */
  dropServer(): void;
}
