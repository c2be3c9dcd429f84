import { isError } from '../lean/diagnostic.ts';
import type { ShownAttempt, StructuredAttempts } from './attempts-result.ts';
import { renderGoals } from './goals.ts';
import { indentLines } from './indent-lines.ts';
import { renderProofFooter } from './proof-parts.ts';
import { renderOmitted } from './render-omitted.ts';
import type { ShownDiagnostic } from './result-parts.ts';

/** What came of attempts, as text. */
export function renderAttempts(result: StructuredAttempts): string {
  const { attempts = [], closed = [], diagnostics = [], goals = [] } = result;
  const errors = diagnostics.filter(isError);
  const blocks = [
    result.error === undefined ? headline(attempts.length, closed) : `Error (${result.outcome}): ${result.error}`,
    ...(goals.length === 0 ? [] : [`To prove${placeOf(result)}:\n${renderGoals(goals, '  ')}`]),
    ...attempts.map(renderAttempt),
    ...(errors.length === 0 ? [] : ['The text itself has errors:', ...errors.map((error) => message(error, '  '))]),
    ...renderOmitted(result.truncated),
    renderProofFooter(result),
  ];
  return blocks.join('\n');
}

function headline(tried: number, closed: readonly number[]): string {
  if (closed.length === 0) return `None of ${tried} attempts closes the goal.`;
  return `${closed.length} of ${tried} attempts ${closed.length === 1 ? 'closes' : 'close'} the goal: ${closed.join(', ')}.`;
}

function placeOf({ place }: StructuredAttempts): string {
  if (place === undefined) return '';
  const where = `line ${place.line}, column ${place.column}`;
  const asTerm = place.kind === 'term' ? ' (a term: attempts go in as (by …))' : '';
  return (place.sorry === undefined ? ` at ${where}` : ` at sorry ${place.sorry}, ${where}`) + asTerm;
}

function renderAttempt(attempt: ShownAttempt): string {
  const { number, tactic, result, detail, goals = [], diagnostics = [], new_errors: newErrors = [] } = attempt;
  const isLong = tactic.includes('\n');
  const origin = attempt.suggested_by === undefined ? '' : `, suggested by ${attempt.suggested_by}`;
  const lines = [
    `${number}. ${result}${origin}${detail === undefined ? '' : ` (${detail})`}: ${isLong ? '' : tactic}`.trimEnd(),
    ...(isLong ? [indentLines(tactic, '     ')] : []),
    ...(attempt.declaration_uses_sorry === true ? ['   The declaration still rests on a sorry elsewhere.'] : []),
    ...(goals.length === 0 ? [] : [`   leaves:\n${renderGoals(goals, '     ')}`]),
    ...diagnostics.map((diagnostic) => message(diagnostic, '   ')),
    ...(newErrors.length === 0 ? [] : ['   new errors elsewhere:']),
    ...newErrors.map((error) => message(error, '     ')),
    ...renderOmitted(attempt.truncated).map((line) => `   ${line}`),
  ];
  return lines.join('\n');
}

function message({ line, column, severity, message: text }: ShownDiagnostic, indent: string): string {
  return indentLines(`${line}:${column}: ${severity}: ${indentLines(text, '  ').trimStart()}`, indent);
}
