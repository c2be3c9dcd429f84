import { renderDeclarations } from './declarations.ts';
import { usesSorry } from '../lean/diagnostic.ts';
import { renderCallFooter } from './render-footer.ts';
import { renderMessages } from './render-messages.ts';
import { renderOmitted } from './render-omitted.ts';
import type { StructuredResult } from './structured-result.ts';

type ShownDiagnostic = NonNullable<StructuredResult['diagnostics']>[number];

/** The same facts as the structured result, as text that a model or a person reads from the top. */
export function renderText(result: StructuredResult): string {
  const diagnostics = result.diagnostics ?? [];
  const blocks = [
    headline(result, diagnostics),
    ...renderMessages('Main.lean', result),
    ...(result.declarations === undefined ? [] : [`declarations:\n${renderDeclarations(result.declarations)}`]),
    ...(result.stdout === undefined ? [] : [`stdout:\n${result.stdout.trimEnd()}`]),
    ...(result.stderr === undefined ? [] : [`stderr:\n${result.stderr.trimEnd()}`]),
    ...renderOmitted(result.truncated),
    renderCallFooter(result),
  ];
  return blocks.join('\n');
}

function headline(result: StructuredResult, diagnostics: readonly ShownDiagnostic[]): string {
  if (result.status === 'error') return `Error (${result.outcome}): ${result.error ?? ''}`;
  const ran = result.exit_code === undefined ? '' : `The program returned ${result.exit_code}.`;
  const warned = diagnostics.filter(usesSorry).map(({ line }) => line);
  const unfinished = result.sorry_lines ?? warned;
  if (unfinished.length === 0) return ran === '' ? 'Lean accepted the code.' : ran;
  const places = unfinished.join(', ');
  return `Lean accepted the code, but it is unfinished: sorry at line ${places}. ${ran}`.trimEnd();
}
