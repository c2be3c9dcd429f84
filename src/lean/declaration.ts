import type { Position } from './diagnostic.ts';

/** What a text declares, with offsets in it. */
export interface Declaration {
  /** With its namespaces; `undefined` for what has no name, such as an `example`. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
}

/** The declaration around a place. */
export function declarationAt(declarations: readonly Declaration[], offset: number): Declaration | undefined {
  return declarations.find(({ start, end }) => start <= offset && offset <= end);
}

/** What the environment knows of something that a text has declared. */
export interface DeclaredConstant {
  readonly name: string;
  /** In Lean’s words: `theorem`, `definition`, `instance`, `structure`, `constructor`, … */
  readonly kind: string;
  /** As Lean prints it where nothing is open. */
  readonly type: string;
  readonly start: Position;
  /** What it rests on, through all that it uses; `sorryAx` is one. */
  readonly axioms: readonly string[];
}

/** Constants that a text has declared, the first ones of them. */
export interface DeclaredConstants {
  readonly constants: readonly DeclaredConstant[];
  /** How many more there are. */
  readonly more: number;
}
