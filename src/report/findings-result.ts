/* Declarations that were found, as data and as text. */
import { z } from 'zod';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import type { FindResult } from '../execution/find-service.ts';
import { declarationKinds } from '../finding/declaration-kinds.ts';
import { countFitting } from './fit-list.ts';
import { renderFooter } from './render-footer.ts';
import { describeLean, leanFields, omittedCount, toLeanFields } from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';
import { toTruncated } from './truncated.ts';

const count = z.int().min(0).max(1e9);
/** Of a type, in characters: whoever wants all of a long one asks Lean with `#check`. */
const maxType = 1000;

const foundDeclaration = z.looseObject({
  name: z.string(),
  kind: z.enum(declarationKinds),
  type: z.string(),
  module: z.string().describe('What to import'),
  needs_import: z.boolean().describe('false: every text has it'),
  doc: z.string().optional().describe('First line'),
});
type ShownDeclaration = z.infer<typeof foundDeclaration>;

/** What find-declarations returns. */
export const findingsResult = z.looseObject({
  status: z.enum(['success', 'error']),
  found: count.describe('How many there are'),
  declarations: z.array(foundDeclaration).describe('The best first'),
  truncated: z.looseObject({ declarations: omittedCount.optional() }).optional(),
  ...leanFields,
  elapsed_ms: count,
});
export type StructuredFindings = z.infer<typeof findingsResult>;

/** Findings as data. That nothing was found is an answer. */
export function toFindings(result: FindResult, limits: ReportLimits): StructuredFindings {
  const all = result.declarations.map((declaration): ShownDeclaration => {
    const { name, kind, type, module, needsImport, doc } = declaration;
    return {
      name: makeVisible(name),
      kind,
      type: makeVisibleWithin(type, maxType).text,
      module: makeVisible(module),
      needs_import: needsImport,
      ...(doc !== '' && { doc: makeVisible(doc) }),
    };
  });
  const declarations = all.slice(0, countFitting(all, limits.messageCharacters, sizeOf));
  return {
    status: 'success',
    found: result.found,
    declarations,
    ...toTruncated({ declarations: all.length - declarations.length }),
    ...toLeanFields(result),
    elapsed_ms: Math.round(result.elapsedMs),
  };
}

function sizeOf({ name, type, module, doc = '' }: ShownDeclaration): number {
  return name.length + type.length + module.length + doc.length;
}

/** The same as text. */
export function renderFindings(findings: StructuredFindings): string {
  const { found, declarations, elapsed_ms: elapsedMs } = findings;
  const shown = declarations.length < found ? `, of which ${declarations.length} are shown` : '';
  return [
    found === 1 ? '1 declaration.' : `${found} declarations${shown}.`,
    ...declarations.flatMap(({ kind, name, type, module, needs_import: needsImport, doc }) => [
      type === '' ? `${kind} ${name}` : `${kind} ${name} : ${type}`,
      `  ${needsImport ? `import ${module}` : `in every text (${module})`}`,
      ...(doc === undefined ? [] : [`  ${doc}`]),
    ]),
    renderFooter([...describeLean(findings), `${elapsedMs} ms`]),
  ].join('\n');
}
