import type { AttackReport } from './carry-out.ts';

/** What all attacks together came to. */
export interface AttackSummary {
  /** A: contained, by a kernel of its own. B: contained. F: something was not. Absent when not everything was tried. */
  readonly grade?: 'A' | 'B' | 'F';
  readonly contained: number;
  readonly notContained: number;
  readonly notCarriedOut: number;
}

export function summarize(reports: readonly AttackReport[], hasOwnKernel: boolean): AttackSummary {
  const count = (wanted: AttackReport['verdict']): number => reports.filter(({ verdict }) => verdict === wanted).length;
  const [contained, notContained, notCarriedOut] = [
    count('contained'),
    count('not-contained'),
    count('not-carried-out'),
  ];
  const grade = notContained > 0 ? 'F' : notCarriedOut > 0 || contained === 0 ? undefined : hasOwnKernel ? 'A' : 'B';
  return { ...(grade !== undefined && { grade }), contained, notContained, notCarriedOut };
}

const signs: Readonly<Record<AttackReport['verdict'], string>> = {
  contained: '✓',
  'not-contained': '✗',
  'not-carried-out': '-',
};
const idWidth = 16;

/** An attack as a line: sign, id, what was tried, what happened, verdict. Ends in a line feed. */
export function renderAttack({ id, tried, verdict, happened }: AttackReport): string {
  const line = `${signs[verdict]} ${id.padEnd(idWidth)}${tried}: ${happened} → ${verdict.replaceAll('-', ' ')}`;
  const pieces = line.split('\n').map((piece, index) => (index === 0 ? piece.trimEnd() : piece.trim()));
  return `${pieces.filter((piece) => piece !== '').join(' ')}\n`;
}

/** The last line: what the attacks say about this installation. */
export function renderSummary(summary: AttackSummary): string {
  const { grade, contained, notContained, notCarriedOut } = summary;
  const total = contained + notContained + notCarriedOut;
  const counts = `${contained} of ${total} attacks were contained`;
  if (grade === undefined) return `No grade: ${counts}, ${notCarriedOut} could not be carried out.\n`;
  return `Grade ${grade}: ${counts}. ${meanings[grade]}\n`;
}

const meanings: Readonly<Record<'A' | 'B' | 'F', string>> = {
  A: 'Sandboxes have a kernel of their own between code and this machine.',
  B: 'Sandboxes share the kernel of their machine; docker.runtime: runsc (gVisor) would put another one between.',
  F: 'Do not run code of others here before this is repaired.',
};
