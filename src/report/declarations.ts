/*
 * What code declares, as callers see it. It goes into a model's context, so the number of declarations and their characters
 * are bounded, and what was left out is counted.
 */
import { z } from 'zod';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import type { DeclaredConstant, DeclaredConstants } from '../lean/declaration.ts';
import { countFitting } from './fit-list.ts';

/** A declaration in a structured result. */
export const declarationSchema = z.looseObject({
  name: z.string(),
  kind: z.string().describe('theorem, definition, …'),
  type: z.string(),
  line: z.int().min(1).max(1e7),
  axioms: z.array(z.string()).describe('All that it rests on; sorryAx is unfinished'),
});
export type ShownDeclaration = z.infer<typeof declarationSchema>;

const maxDeclarations = 200;
/** So much of a name, and so many axioms, are shown: nobody writes more, but a program can. */
const maxName = 1000;
const maxAxioms = 100;

/** Makes declarations fit a number of characters, the first ones first; a single type gets at most a quarter of it. */
export function fitDeclarations(
  { constants, more }: DeclaredConstants,
  limit: number,
): { readonly declarations: readonly ShownDeclaration[]; readonly omitted: number } {
  const maxType = Math.max(200, Math.floor(limit / 4));
  const shown = constants.slice(0, maxDeclarations).map((constant) => showDeclaration(constant, maxType));
  const declarations = shown.slice(
    0,
    countFitting(shown, limit, (declaration) => JSON.stringify(declaration).length),
  );
  return { declarations, omitted: constants.length - declarations.length + more };
}

function showDeclaration(constant: DeclaredConstant, maxType: number): ShownDeclaration {
  const { name, kind, type, start, axioms } = constant;
  return {
    name: makeVisibleWithin(name, maxName).text,
    kind: makeVisible(kind),
    type: makeVisibleWithin(type, maxType).text,
    line: start.line,
    axioms: axioms.slice(0, maxAxioms).map((axiom) => makeVisibleWithin(axiom, maxName).text),
  };
}

/** A declaration a line, as `#check` would show it, and what it rests on. */
export function renderDeclarations(declarations: readonly ShownDeclaration[]): string {
  return declarations
    .map(({ name, kind, type, line, axioms }) => {
      const rests = axioms.length === 0 ? 'no axioms' : `axioms: ${axioms.join(', ')}`;
      return `${line}: ${kind} ${name} : ${type} [${rests}]`;
    })
    .join('\n');
}
