/** The recordings of a real Lean, and what a result must say to agree with one; test/recordings/README.md explains them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { StructuredResult } from './structured-result.ts';

interface LspPosition {
  readonly line: number;
  readonly character: number;
}

interface LspRange {
  readonly start: LspPosition;
  readonly end: LspPosition;
}

interface RecordedDiagnostic {
  readonly severity: number;
  readonly message: string;
  readonly range: LspRange;
  readonly fullRange?: LspRange;
}

export interface RecordedStep {
  readonly sent: string;
  readonly barrier: { readonly error?: { readonly code: number } };
  readonly diagnostics: readonly RecordedDiagnostic[];
}

export interface Recording {
  readonly name: string;
  /** Version line of the Lean that was recorded. */
  readonly lean: string;
  readonly run?: {
    /** The whole command line: `--run Main.lean` and the program's arguments. */
    readonly args: readonly string[];
    readonly stdin?: string;
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  readonly server: {
    readonly steps: readonly RecordedStep[];
    /** Answers about places in the last text. */
    readonly goals?: readonly { readonly position: LspPosition; readonly plainGoal: unknown }[];
    readonly answers?: readonly RecordedAnswer[];
  };
}

export interface RecordedAnswer {
  readonly method: string;
  readonly position: LspPosition;
  readonly result: unknown;
}

type Diagnostics = NonNullable<StructuredResult['diagnostics']>;

/** Every recording, by name. */
export function allRecordings(): readonly Recording[] {
  const folder = path.join(import.meta.dirname, '..', '..', 'recordings');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const recording = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Omit<Recording, 'name'>;
      return { ...recording, name: path.basename(file, '.json') };
    });
}

/** Whether a Lean is no earlier than the one that was recorded; an earlier one knows less. @param toolchain its version line */
export function isKnownTo(toolchain: string, { lean }: Recording): boolean {
  const [own, recorded] = [toolchain, lean].map((line) => {
    const { major = 0, minor = 0 } = /version (?<major>\d+)\.(?<minor>\d+)/.exec(line)?.groups ?? {};
    return Number(major) * 1e6 + Number(minor);
  });
  return (own ?? 0) >= (recorded ?? 0);
}

/** The last text of a recording. */
export function recordedText(name: string): string {
  const found = allRecordings().find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`there is no recording ${name}`);
  return found.server.steps.at(-1)?.sent ?? '';
}

const severities = ['error', 'warning', 'information', 'hint'] as const;

/**
 * Recorded diagnostics as a result has them: from line `firstLine` (from 0) on and relative to it, lines from 1, columns
 * in code points, in the order of the text.
 */
export function asInResult(diagnostics: readonly RecordedDiagnostic[], text: string, firstLine = 0): Diagnostics {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const column = ({ line, character }: LspPosition): number =>
    Array.from(lines[line]?.slice(0, character) ?? '').length;
  return diagnostics
    .map(({ severity, message, range, fullRange = range }) => ({
      severity: severities[severity - 1] ?? 'error',
      line: fullRange.start.line + 1 - firstLine,
      column: column(fullRange.start),
      end_line: fullRange.end.line + 1 - firstLine,
      end_column: column(fullRange.end),
      message: message.trimEnd(),
    }))
    .filter(({ line }) => line > 0)
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
