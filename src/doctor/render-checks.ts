import { counted } from '../core/counted.ts';
import { isReady, type CheckResult, type Verdict } from './check.ts';

const signs: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' };
const nameWidth = 14;

/** A check as a line: verdict, name, detail; what to do next in a line below. Ends in a line feed. */
export function renderCheck({ name, verdict, detail, next }: CheckResult): string {
  const indent = ' '.repeat(nameWidth + 2);
  const text = `${signs[verdict]} ${`${name} `.padEnd(nameWidth)}${verdict === 'skipped' ? 'skipped: ' : ''}${detail}`;
  const lines = text.split('\n').join(`\n${indent}`);
  return `${lines}\n${next === undefined ? '' : `${indent}→ ${next}\n`}`;
}

/** The last line: whether Lean can be run. */
export function renderSummary(checks: readonly CheckResult[]): string {
  const count = (wanted: Verdict): number => checks.filter(({ verdict }) => verdict === wanted).length;
  const [failures, warnings, skipped] = [count('failed'), count('warning'), count('skipped')];
  const notes = [
    ...(failures > 0 ? [`${failures} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return `${isReady(checks) ? 'Ready' : 'Not ready'}${notes.length === 0 ? '' : `: ${notes.join(', ')}`}.\n`;
}
