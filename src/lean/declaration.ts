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
