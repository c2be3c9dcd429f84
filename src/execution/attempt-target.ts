import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { Pieces } from '../core/pieces.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import { tokenize } from '../lean/source/lexer.ts';
import { offsetInText, requireLine } from '../lean/source/place-in-text.ts';
import { findSorries, type SorryPlace } from '../lean/source/sorry.ts';
import type { AttemptTarget } from './proof-service.ts';

/** Where attempts are to go, as far as the text tells: in the place of a `sorry`, or between what is there. */
export type TextTarget =
  | { readonly sorry: SorryPlace }
  | {
      /** Offset in the text. */
      readonly at: number;
      /** Goes before the attempt, and behind it, so that it stands apart. */
      readonly prefix: string;
      readonly suffix: string;
      /** Where the attempt begins, from 0 in code points. */
      readonly column: number;
    };

/** What a tactic may follow on its line. */
const beforeTactic: ReadonlySet<string> = new Set(['by', '=>', '·', '.', ';', '<;>', '(', '{', '|', 'then', 'else']);
/** The widest indentation that is made up on an empty line. */
const widestIndentation = 1000;

/** @throws AppError `usage` when there is no such place in the text, or more than one */
export async function findTarget(text: string, target: AttemptTarget): Promise<TextTarget> {
  const sorries = await findSorries(text);
  if ('sorry' in target) {
    const sorry = sorries[target.sorry - 1];
    if (sorry !== undefined) return { sorry };
    throw new AppError(
      failures.usage.sorryNotThere({ sorries: listed(text, sorries) }),
      `There is no sorry ${target.sorry}: the text has ${sorries.length}.`,
    );
  }
  const { line, column } = target;
  const { start, end } = requireLine(text, line);
  const onLine = sorries.filter((sorry) => sorry.start >= start && sorry.end <= end);
  if (column === undefined) return { sorry: onlyOne(text, line, onLine) };
  const offset = offsetOrEnd(text, line, column);
  const there = onLine.find((sorry) => (sorry.exactStart ?? sorry.start) <= offset && offset <= sorry.end);
  return there ? { sorry: there } : await between(text, line, column, offset);
}

/** The column where attempts begin, from 0 in code points. */
export function columnOf(text: string, target: TextTarget): number {
  if (!('sorry' in target)) return target.column;
  const { start, exactStart = start } = target.sorry;
  return new LineIndex(text).leanPosition(exactStart).column;
}

function onlyOne(text: string, line: number, sorries: readonly SorryPlace[]): SorryPlace {
  const [sorry, ...more] = sorries;
  if (sorry === undefined) {
    throw new AppError(failures.usage.noSorryInLine, `Line ${line} has no sorry.`);
  }
  if (more.length === 0) return sorry;
  throw new AppError(
    failures.usage.whichSorry({ sorries: listed(text, sorries) }),
    `Line ${line} has ${sorries.length} sorries.`,
  );
}

function listed(text: string, sorries: readonly SorryPlace[]): string {
  const lines = new LineIndex(text);
  const shown = sorries.slice(0, 10).map(({ number, start }) => {
    const { line, column } = lines.leanPosition(start);
    return `sorry ${number} at line ${line}, column ${column}`;
  });
  return [...shown, ...(sorries.length > shown.length ? ['and so on'] : [])].join('; ');
}

/** An empty line is as long as the attempt's indentation wants it to be. */
function offsetOrEnd(text: string, line: number, column: number): number {
  const { start, end } = requireLine(text, line);
  const isEmpty = text.slice(start, end).trim() === '';
  return isEmpty && column <= widestIndentation ? Math.min(start + column, end) : offsetInText(text, { line, column });
}

async function between(text: string, line: number, column: number, at: number): Promise<TextTarget> {
  const { start, end, length } = requireLine(text, line);
  const pieces = new Pieces();
  let before = '';
  for (const token of tokenize(text)) {
    if (pieces.stepEnds()) await pieces.next();
    if (token.start >= at) break;
    const word = text.slice(token.start, token.end);
    if (token.end > at) throw noPlace(line, column, `it is inside ${JSON.stringify(word.slice(0, 40))}`);
    if (token.start >= start && token.kind !== 'comment') before = joinSymbols(before, word, text[token.start - 1]);
  }
  if (before !== '' && !beforeTactic.has(before)) throw noPlace(line, column, `${JSON.stringify(before)} is before it`);
  const missing = Math.max(0, column - length);
  const needsSpace = missing === 0 && at > start && !/\s/.test(text[at - 1] ?? ' ');
  const begin = column + (needsSpace ? 1 : 0);
  const isLast = text.slice(at, end).trim() === '';
  return {
    at,
    prefix: ' '.repeat(missing + (needsSpace ? 1 : 0)),
    suffix: isLast ? '' : `\n${' '.repeat(begin)}`,
    column: begin,
  };
}

/** The tokenizer gives symbols one by one. */
function joinSymbols(before: string, word: string, previous: string | undefined): string {
  const joined = previous !== undefined && before.endsWith(previous) ? before + word : word;
  return joined === '=>' || joined === '<;>' || joined === '<;' ? joined : word;
}

function noPlace(line: number, column: number, why: string): AppError {
  return new AppError(failures.usage.noTacticThere, `No tactic can begin at line ${line}, column ${column}: ${why}.`);
}
