/*
 * The text of a session: one header with all imports, then the code of each accepted call. A call's own imports move to
 * the header, because Lean takes imports only there; its other lines stay where they are, so that a position in the call's
 * code and one in the document differ by a number of lines only.
 */
import { readHeader, type HeaderImport } from '../lean/source/header.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';

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

/** A session's text with one more call at its end. */
export interface Extension {
  readonly source: SessionSource;
  /** Lines of the document before the call's first line. */
  readonly linesBefore: number;
  /** Position of a diagnostic as the caller sees it; `undefined` when it is about an earlier step. */
  readonly toCall: (diagnostic: Diagnostic) => Diagnostic | undefined;
}

/** Appends the code of a call. */
export function extend(source: SessionSource, code: string): Extension {
  return source.steps.length === 0 ? firstStep(code) : laterStep(source, code);
}

/** The same text with a part of the last step blanked out, for instance its `main`; offsets are in the document. */
export function blankInLastStep(source: SessionSource, from: number, to: number): SessionSource {
  const text = documentText(source);
  const blanked = text.slice(0, from) + blank(text.slice(from, to)) + text.slice(to);
  const before = documentText({ header: source.header, steps: source.steps.slice(0, -1) });
  return { header: source.header, steps: [...source.steps.slice(0, -1), blanked.slice(before.length)] };
}

function firstStep(code: string): Extension {
  const { end } = readHeader(code);
  return {
    source: { header: code.slice(0, end), steps: [endLine(code.slice(end))] },
    linesBefore: 0,
    toCall: (diagnostic) => diagnostic,
  };
}

function laterStep(source: SessionSource, code: string): Extension {
  const header = readHeader(code);
  const known = new Set(readHeader(source.header).imports.map(importKey));
  const added = header.imports.filter((entry) => !entry.isDisputed && !known.has(importKey(entry)));
  const extended = addLines(
    source.header,
    added.map((entry) => importLine(entry, code)),
  );
  const before = documentText({ header: extended, steps: source.steps });
  const linesBefore = countLines(before);
  const firstAddedLine = countLines(extended) - added.length + 1;
  return {
    source: {
      header: extended,
      steps: [...source.steps, endLine(blank(code.slice(0, header.end)) + code.slice(header.end))],
    },
    linesBefore,
    toCall: (diagnostic) => {
      if (diagnostic.start.line > linesBefore) return shift(diagnostic, -linesBefore);
      const entry = added[diagnostic.start.line - firstAddedLine];
      return entry === undefined ? undefined : shift(diagnostic, entry.line - diagnostic.start.line);
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

function shift(diagnostic: Diagnostic, lines: number): Diagnostic {
  const { start, end } = diagnostic;
  return {
    ...diagnostic,
    start: { ...start, line: start.line + lines },
    end: { ...end, line: Math.max(start.line, end.line) + lines },
  };
}

function addLines(text: string, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  return `${endLine(text)}${lines.join('\n')}\n`;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Spaces instead of everything but line ends; whole lines become empty. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ').replace(/ +(?=\r?\n)/g, '');
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
