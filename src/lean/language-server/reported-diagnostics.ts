import { isDeepStrictEqual } from 'node:util';
import type { LspDiagnostic } from './lean-protocol.ts';

const warningSeverity = 2;

/**
 * What is known about a version of a text after one more report. Lean only ever adds to its reports about a version, so a
 * report that lacks an error or a warning of an earlier one is not Lean's: code under test can write to Lean's stdout. What
 * was said against a text stays said.
 */
export function addReport(known: readonly LspDiagnostic[], report: readonly LspDiagnostic[]): readonly LspDiagnostic[] {
  const isLonger = known.every((diagnostic, index) => isDeepStrictEqual(diagnostic, report[index]));
  if (isLonger) return report;
  const missing = known.filter(
    (diagnostic) => isObjection(diagnostic) && !report.some((reported) => isDeepStrictEqual(diagnostic, reported)),
  );
  return [...missing, ...report];
}

/** A diagnostic without a severity counts as an error. */
function isObjection({ severity = 1 }: LspDiagnostic): boolean {
  return severity <= warningSeverity;
}
