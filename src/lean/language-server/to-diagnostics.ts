import { byPlace, namedError, type Diagnostic, type Severity } from '../diagnostic.ts';
import { LineIndex } from '../source/line-index.ts';
import { inModuleMain, type LspDiagnostic } from './lean-protocol.ts';

const severities: Readonly<Record<number, Severity>> = { 1: 'error', 2: 'warning', 3: 'information', 4: 'hint' };

/** Lean's messages with the positions that its command line prints, in the order of the text. */
export function toDiagnostics(diagnostics: readonly LspDiagnostic[], text: string): Diagnostic[] {
  if (diagnostics.length === 0) return [];
  const lines = new LineIndex(text);
  return diagnostics
    .map(({ range, fullRange = range, severity = 1, message, code }) => ({
      // What has no known severity is not taken for harmless.
      severity: severities[severity] ?? 'error',
      start: lines.leanOfLsp(fullRange.start),
      end: lines.leanOfLsp(fullRange.end),
      message: inModuleMain(message.trimEnd()),
      ...namedError(code),
    }))
    .sort(byPlace);
}
