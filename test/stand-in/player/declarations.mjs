/**
 * What the stand-in's libraries declare, for `elaborator index MODULE…`: some declarations of Lean 4.27, as its own index has
 * them. Whatever the modules are, since those of the stand-in are empty.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The index, in the format of docs/finding.md. */
export function declarationIndex() {
  const declarations = JSON.parse(readFileSync(join(import.meta.dirname, 'declarations.json'), 'utf8'));
  const modules = [...new Set(declarations.map(({ module }) => module))];
  const numberOf = new Map(declarations.map(({ name }, number) => [name, number]));
  const lines = declarations.map(({ kind, name, module, constants, conclusion, type, doc }) =>
    [
      'd',
      kind,
      modules.indexOf(module),
      name,
      constants.map((constant) => numberOf.get(constant)).join(' '),
      Buffer.byteLength(conclusion),
      type,
      doc,
    ].join('\t'),
  );
  return [
    `lean-docker-mcp-index 1 ${modules.length} ${declarations.length}`,
    ...modules.map((module) => `m\t${module}`),
    ...lines,
    'end\n',
  ].join('\n');
}
