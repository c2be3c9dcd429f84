import type { LspDiagnostic } from './lean-protocol.ts';

const warningSeverity = 2;

/** What may be kept of what is said about a text: more than a message of Lean can hold, and more than anybody reads. */
const maxKept = { diagnostics: 20_000, characters: 8 * 1024 * 1024 };

/**
 * What is known about a version of a text after one more report. Lean only ever adds to its reports about a version, so a
 * report that lacks an error or a warning of an earlier one is not Lean's: code under test can write to Lean's stdout. What
 * was said against a text stays said.
 *
 * @returns `undefined` when that is more than is kept
 */
export function addReport(
  known: readonly LspDiagnostic[],
  report: readonly LspDiagnostic[],
): readonly LspDiagnostic[] | undefined {
  const isLonger = known.every((diagnostic, index) => isSame(diagnostic, report[index]));
  const all = isLonger ? report : [...missingFrom(report, known), ...report];
  const characters = all.reduce((sum, { message }) => sum + message.length, 0);
  return all.length > maxKept.diagnostics || characters > maxKept.characters ? undefined : all;
}

function missingFrom(report: readonly LspDiagnostic[], known: readonly LspDiagnostic[]): LspDiagnostic[] {
  const reported = new Set(report.map(inWords));
  return known.filter((diagnostic) => isObjection(diagnostic) && !reported.has(inWords(diagnostic)));
}

function isSame(one: LspDiagnostic, other: LspDiagnostic | undefined): boolean {
  return other?.message === one.message && place(other) === place(one);
}

/** The same for the same diagnostics and for no others. */
function inWords(diagnostic: LspDiagnostic): string {
  return `${place(diagnostic)} ${diagnostic.message}`;
}

function place({ range, fullRange = range, severity }: LspDiagnostic): string {
  const numbers = [range, fullRange].flatMap(({ start, end }) => [
    start.line,
    start.character,
    end.line,
    end.character,
  ]);
  return [severity ?? '', ...numbers].join(' ');
}

/** A diagnostic without a severity counts as an error. */
function isObjection({ severity = 1 }: LspDiagnostic): boolean {
  return severity <= warningSeverity;
}
