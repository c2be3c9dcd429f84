/* A cursor in a text that is only read. */

/** A place in front of a character: line from 1, column from 0. */
export interface Cursor {
  readonly line: number;
  readonly column: number;
}

/** Lines that a page is taken for. */
const pageLines = 10;

/** A key that moves it, as browsers name keys; with `Ctrl` where that makes it another. */
const moves: Readonly<Record<string, (at: Cursor, lengths: readonly number[]) => Cursor>> = {
  ArrowUp: ({ line, column }) => ({ line: line - 1, column }),
  ArrowDown: ({ line, column }) => ({ line: line + 1, column }),
  PageUp: ({ line, column }) => ({ line: line - pageLines, column }),
  PageDown: ({ line, column }) => ({ line: line + pageLines, column }),
  ArrowLeft: ({ line, column }, lengths) =>
    column > 0 || line === 1 ? { line, column: column - 1 } : { line: line - 1, column: lengths[line - 2] ?? 0 },
  ArrowRight: ({ line, column }, lengths) =>
    column < (lengths[line - 1] ?? 0) || line === lengths.length
      ? { line, column: column + 1 }
      : { line: line + 1, column: 0 },
  Home: ({ line }) => ({ line, column: 0 }),
  End: ({ line }, lengths) => ({ line, column: lengths[line - 1] ?? 0 }),
  'Ctrl+Home': () => ({ line: 1, column: 0 }),
  'Ctrl+End': (_, lengths) => ({ line: lengths.length, column: lengths.at(-1) ?? 0 }),
};

/**
 * Where a key takes the cursor; `undefined` when it is none that moves it.
 *
 * @param lengths of the lines, in characters
 */
export function moveCursor(at: Cursor, key: string, lengths: readonly number[]): Cursor | undefined {
  const move = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return move && withinText(move(at, lengths), lengths);
}

/** The nearest place that there is. */
export function withinText({ line, column }: Cursor, lengths: readonly number[]): Cursor {
  const nearest = Math.min(Math.max(line, 1), Math.max(lengths.length, 1));
  return { line: nearest, column: Math.min(Math.max(column, 0), lengths[nearest - 1] ?? 0) };
}

/** The next of some places behind the cursor, or before it; from the end it goes on at the beginning. */
export function nextPlace(at: Cursor, places: readonly Cursor[], direction: 1 | -1): Cursor | undefined {
  const sorted = places.toSorted((a, b) => direction * order(a, b));
  return sorted.find((place) => direction * order(place, at) > 0) ?? sorted[0];
}

function order(a: Cursor, b: Cursor): number {
  return a.line - b.line || a.column - b.column;
}
