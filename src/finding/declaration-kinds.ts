/** What can be asked for, in the words that declare one. A projection is a definition; the parts of quotients are opaque. */
export const declarationKinds = [
  'theorem',
  'definition',
  'axiom',
  'inductive',
  'structure',
  'class',
  'instance',
  'constructor',
  'opaque',
] as const;
export type DeclarationKind = (typeof declarationKinds)[number];

/** Declarations by these words, as a number that takes a byte. */
export const kindNumbers: ReadonlyMap<string, number> = new Map(declarationKinds.map((kind, number) => [kind, number]));
