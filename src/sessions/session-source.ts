/*
 * The text of a session: one header with all imports, then the code of each accepted call. A call's own imports move to
 * the header, because Lean takes imports only there; its other lines stay where they are, so that a position in the call's
 * code and one in the document differ by a number of lines only.
 */
import type { Diagnostic } from '../lean/diagnostic.ts';
import { moveDiagnostic } from '../lean/moved-diagnostics.ts';
import { PlacedCode } from '../lean/placed-code.ts';
import { countLines as countAllLines } from '../lean/source/line-index.ts';
import { readHeader, type HeaderImport } from '../lean/source/header.ts';
import { beginsCommand } from '../lean/source/begins-command.ts';
import { blankHeader, blankOut } from '../lean/source/plain-header.ts';

/** What a session has accepted. Immutable: a call makes a new one. */
export interface SessionSource {
  /** The header's text; what follows starts right behind it. */
  readonly header: string;
  /** The code kept of each accepted call, header taken out, ending with a line feed. */
  readonly steps: readonly string[];
}

export const emptySource: SessionSource = { header: '', steps: [] };

/** The whole text, as a file that `lean` accepts. */
export function documentText({ header, steps }: SessionSource): string {
  return header + steps.join('');
}

/** The step that has a line of the text (both from 1), and the line's number in it; `undefined` for the header. */
export function stepAt({ header, steps }: SessionSource, line: number): { step: number; line: number } | undefined {
  let first = countLines(header) + 1;
  if (line < first) return undefined;
  for (const [index, code] of steps.entries()) {
    const next = first + countLines(code);
    if (line < next) return { step: index + 1, line: line - first + 1 };
    first = next;
  }
  return undefined;
}

/** A text with the code of a call at its end. */
export interface Extension {
  /** What a session has when it keeps the call. */
  readonly source: SessionSource;
  /** Where the code is in the text that Lean is given. */
  readonly placed: PlacedCode;
  /** Where begins what is new in the text: the code, or what keeps it apart from the step before. */
  readonly newFrom: number;
  /** A diagnostic as the caller sees it; `undefined` when it is about an earlier step. */
  readonly toCall: (diagnostic: Diagnostic) => Diagnostic | undefined;
}

/** Nothing behind the text: it is in question itself. */
export function asItIs(source: SessionSource): Extension {
  const text = documentText(source);
  return { source, placed: new PlacedCode('', text, text), newFrom: 0, toCall: (diagnostic) => diagnostic };
}

/** Appends the code of a call. */
export function extend(source: SessionSource, code: string): Extension {
  if (source.steps.length > 0) return laterStep(source, code);
  const { end } = readHeader(code);
  return {
    source: { header: code.slice(0, end), steps: [endLine(code).slice(end)] },
    placed: new PlacedCode('', code, code),
    newFrom: 0,
    toCall: (diagnostic) => diagnostic,
  };
}

/** The same text with a part of the last step blanked out, for instance its `main`; offsets are in the document. */
export function blankInLastStep(source: SessionSource, from: number, to: number): SessionSource {
  const last = source.steps.at(-1) ?? '';
  const begin = documentText(source).length - last.length;
  const blanked = blankOut(last, Math.max(0, from - begin), Math.max(0, to - begin));
  return { header: source.header, steps: [...source.steps.slice(0, -1), blanked] };
}

function laterStep(source: SessionSource, code: string): Extension {
  const call = readHeader(code);
  // These two stand only at the start of a file: Lean itself says so, at their place.
  if (call.isModule || call.isPrelude) return stepBehind(source, code, () => undefined, code);
  const known = new Set(readHeader(source.header).imports.map(importKey));
  const added = call.imports.filter((entry) => !entry.isDisputed && !known.has(importKey(entry)));
  const header = addLines(
    source.header,
    added.map((entry) => importLine(entry, code)),
  );
  const headerLines = countLines(header);
  const firstAddedLine = headerLines - added.length + 1;
  // Some versions of Lean report an import that fails at the first line, whichever it is.
  const ofAdded = (line: number): number | undefined => (added[line - firstAddedLine] ?? added[0])?.line;
  return stepBehind({ header, steps: source.steps }, code, (line) => (line <= headerLines ? ofAdded(line) : undefined));
}

/** Commands that do nothing: what comes behind them cannot go on with the command before them, nor with them. */
const commandBoundary = 'section «call» end «call»\n';

/**
 * @param headerLine the call's line that stands behind a line of the header, if one does
 * @param kept the call's code as the session has it
 */
function stepBehind(
  before: SessionSource,
  code: string,
  headerLine: (line: number) => number | undefined,
  kept = blankHeader(code),
): Extension {
  const boundary = beginsCommand(kept) ? '' : commandBoundary;
  const textBefore = documentText(before);
  const placed = new PlacedCode(textBefore + boundary, code, kept);
  const { linesBefore } = placed;
  return {
    source: { header: before.header, steps: [...before.steps, boundary + endLine(kept)] },
    placed,
    newFrom: textBefore.length,
    toCall: (diagnostic) => {
      const { line } = diagnostic.start;
      const isBoundary = boundary !== '' && line === linesBefore;
      const inCall = isBoundary ? 1 : line > linesBefore ? line - linesBefore : headerLine(line);
      if (inCall === undefined) return undefined;
      return moveDiagnostic(diagnostic, (position) => ({
        line: Math.max(line, position.line) + inCall - line,
        column: position.column,
      }));
    },
  };
}

function importLine({ isPublic, isMeta, isAll, start, end }: HeaderImport, code: string): string {
  const words = [isPublic && 'public', isMeta && 'meta', 'import', isAll && 'all', code.slice(start, end)];
  return words.filter((word) => word !== false).join(' ');
}

function importKey(entry: HeaderImport): string {
  return JSON.stringify([entry.module, entry.isPublic, entry.isMeta, entry.isAll]);
}

function addLines(text: string, lines: readonly string[]): string {
  return lines.length === 0 ? text : `${endLine(text)}${lines.join('\n')}\n`;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Line feeds in a text. */
function countLines(text: string): number {
  return countAllLines(text) - 1;
}
