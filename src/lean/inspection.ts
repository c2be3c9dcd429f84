/* What Lean can be asked about a place in a text, and what it answers. Plain data. */
import type { Goal, GoalList, Span } from './diagnostic.ts';

/** What can be asked about a place. */
export type InspectionKind = 'goal' | 'term-goal' | 'hover' | 'completions' | 'definition';

/** Something that could stand at a place. */
export interface Completion {
  readonly label: string;
  /** Its type, or what else Lean says in a line. */
  readonly detail?: string;
  readonly documentation?: string;
}

/** Where a name is defined. */
export interface Definition {
  /** `before`: in the document, before the text that was asked about; the place is in the document. `file`: elsewhere. */
  readonly where: 'text' | 'before' | 'file';
  readonly span: Span;
  readonly file?: string;
  readonly text?: string;
}

/** What Lean has at a place. Places are in the text that was asked about. */
export type InspectionAnswer =
  /** `after` is absent where Lean shows only one state. */
  | { readonly what: 'goal'; readonly before: GoalList; readonly after?: GoalList }
  | { readonly what: 'term-goal'; readonly goal: Goal; readonly span?: Span }
  | { readonly what: 'hover'; readonly markdown: string; readonly span?: Span }
  | { readonly what: 'completions'; readonly completions: readonly Completion[]; readonly omitted: number }
  | {
      readonly what: 'definition';
      readonly definitions: readonly Definition[];
      /** How many more places Lean names. */
      readonly omitted: number;
      /** What Lean says about the name itself. */
      readonly markdown?: string;
      /** What `#print` says about it. */
      readonly printed?: string;
    };
