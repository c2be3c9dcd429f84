export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A place in a text as Lean prints it: lines from 1, columns from 0 in Unicode code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One message of Lean about a piece of text. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
}
