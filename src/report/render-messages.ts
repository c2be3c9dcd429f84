import { usesSorry } from '../lean/diagnostic.ts';
import { renderGoals, type ShownOpenGoal } from './goals.ts';
import type { StructuredResult } from './structured-result.ts';

type ShownDiagnostic = NonNullable<StructuredResult['diagnostics']>[number];

/** A message as Lean's command line prints it: `file:line:column: severity: message`. @param code what the code is called */
export function renderDiagnostic(code: string, { file, line, column, severity, message }: ShownDiagnostic): string {
  return `${file ?? code}:${line}:${column}: ${severity}: ${message}`;
}

/**
 * Lean's messages, each with the goals of the `sorry` that it is about; goals of a `sorry` that no message is about come
 * last. Unsolved-goals errors say their goals themselves.
 */
export function renderMessages(fileName: string, { diagnostics = [], goals = [] }: StructuredResult): string[] {
  const blocks = diagnostics.map((diagnostic) => [renderDiagnostic(fileName, diagnostic)]);
  const others: string[] = [];
  for (const sorry of new Set(goals.flatMap(({ sorry: number }) => number ?? []))) {
    const ofSorry = goals.filter((goal) => goal.sorry === sorry);
    const block = renderSorry(ofSorry);
    // Older Leans warn at each sorry, newer ones at the name of the declaration.
    const message = diagnostics.findLastIndex(
      (diagnostic) => diagnostic.file === undefined && usesSorry(diagnostic) && isBefore(diagnostic, ofSorry[0]),
    );
    (blocks[message] ?? others).push(block);
  }
  return [...blocks.flat(), ...others];
}

function renderSorry(goals: readonly ShownOpenGoal[]): string {
  const [first] = goals;
  if (first === undefined) return '';
  const { sorry = 0, line, column } = first;
  return `  sorry ${sorry} at line ${line}, column ${column} stands for:\n${renderGoals(goals, '    ')}`;
}

function isBefore(diagnostic: ShownDiagnostic, goal: ShownOpenGoal | undefined): boolean {
  if (goal === undefined) return false;
  return diagnostic.line < goal.line || (diagnostic.line === goal.line && diagnostic.column <= goal.column);
}
