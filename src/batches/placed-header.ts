import type { ExecutionResult } from '../execution/execution-service.ts';

type Diagnostic = ExecutionResult['diagnostics'][number];
type Position = Diagnostic['start'];

/** An item's code behind the header of its batch. */
export interface PlacedItem {
  readonly text: string;
  /** The result with positions in the item's own code; what is about the header is put at its beginning, and says so. */
  readonly toItem: (result: ExecutionResult) => ExecutionResult;
}

/** Puts a header before code, on lines of its own. */
export function placeBehindHeader(header: string, code: string): PlacedItem {
  if (header === '') return { text: code, toItem: (result) => result };
  const before = header.endsWith('\n') ? header : `${header}\n`;
  const lines = before.split('\n').length - 1;
  const move = ({ line, column }: Position): Position =>
    line > lines ? { line: line - lines, column } : { line: 1, column: 0 };
  const moveMessage = (diagnostic: Diagnostic): Diagnostic => {
    const { start, end, message } = diagnostic;
    const where = start.line > lines ? '' : `In the header, line ${start.line}, column ${start.column}: `;
    return { ...diagnostic, start: move(start), end: move(end), message: where + message };
  };
  return {
    text: before + code,
    toItem: (result) => ({
      ...result,
      diagnostics: result.diagnostics.map(moveMessage),
      ...(result.openGoals && {
        openGoals: {
          ...result.openGoals,
          goals: result.openGoals.goals.map((goal) => ({ ...goal, start: move(goal.start) })),
        },
      }),
    }),
  };
}
