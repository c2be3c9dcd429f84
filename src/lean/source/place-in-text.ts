import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { counted } from '../../core/counted.ts';
import type { Position } from '../diagnostic.ts';
import { LineIndex } from './line-index.ts';

/** Far behind the end of any line. */
const farRight = 1e9;

/**
 * The offset of a position in a text.
 *
 * @throws AppError `usage` when the position is not in the text; its message says how far lines and columns go
 */
export function offsetInText(text: string, { line, column }: Position): number {
  const lines = new LineIndex(text);
  const { length } = requireLine(text, line);
  if (column > length) {
    throw new AppError(
      failures.usage.columnNotInLine({ length, line: lineText(text, line) }),
      `Column ${column} is not in line ${line}, which has ${counted(length, 'character')}.`,
    );
  }
  return lines.offsetOfLean({ line, column });
}

/**
 * A line of a text: where it begins and ends, and how many code points it has.
 *
 * @throws AppError `usage` when the text has no such line
 */
export function requireLine(text: string, line: number): { start: number; end: number; length: number } {
  const lines = new LineIndex(text);
  if (line < 1 || line > lines.lineCount) {
    throw new AppError(
      failures.usage.lineNotInText,
      `Line ${line} is not in the text, which has ${counted(lines.lineCount, 'line')}.`,
    );
  }
  const start = lines.offsetOfLean({ line, column: 0 });
  const end = lines.offsetOfLean({ line, column: farRight });
  return { start, end, length: lines.leanPosition(end).column };
}

function lineText(text: string, line: number): string {
  const { start, end } = requireLine(text, line);
  return JSON.stringify(text.slice(start, Math.min(end, start + 200)));
}
