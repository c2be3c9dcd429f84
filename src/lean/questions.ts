/* What can be asked about places in a text that Lean has elaborated. Places are offsets in the text, in UTF-16 units. */
import type { Completion } from './inspection.ts';
import type { Span } from './diagnostic.ts';

/** A piece of the text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** What is expected of a term, as Lean prints it, and which term it is. */
export interface TermGoal {
  readonly goal: string;
  readonly piece: Piece;
}

/** What Lean says about a place: Markdown, and the piece that it is about. */
export interface Hover {
  readonly markdown: string;
  readonly piece?: Piece;
}

/** Something that could stand at a place. */
export interface CompletionItem extends Completion {
  /** Sorts in the order in which Lean wants them shown, where it says so. */
  readonly sortText?: string;
  /** Asks for what was left out at first; absent when it is complete. Never rejects. */
  readonly complete?: () => Promise<Completion>;
}

/** Where a name is defined: in the text, or in a file. */
export type DefinitionPlace = { readonly piece: Piece } | { readonly file: string; readonly span: Span };

/**
 * Questions about the text that was elaborated last. One that Lean refuses or answers in a way that is not understood
 * rejects, and so does each one when Lean ends.
 */
export interface Questions {
  /** The goals at a place, as Lean prints them: none when all is proved there, `undefined` when no tactic is there. */
  goals(offset: number): Promise<readonly string[] | undefined>;
  /** What is expected of the smallest term at a place. */
  termGoal(offset: number): Promise<TermGoal | undefined>;
  hover(offset: number): Promise<Hover | undefined>;
  completions(offset: number): Promise<readonly CompletionItem[]>;
  definitions(offset: number): Promise<readonly DefinitionPlace[]>;
}
