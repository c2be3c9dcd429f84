/* The report for people: one table for times, one for each of the other measurements, and the targets at the end. */
import { formatBytes } from '../src/core/bytes.ts';
import { ways, wayTitles, type BenchReport, type WayTimes } from './bench-report.ts';
import type { Summary } from './summary.ts';

/** Tables in plain text, with a line feed at the end. */
export function renderReport(report: BenchReport): string {
  const sections = [
    renderGround(report),
    `Milliseconds, as median (95th percentile); ${report.rounds} rounds\n${renderTimes(report)}`,
    renderLeftOut(report),
    renderRest(report),
    renderThroughput(report),
    renderSharing(report),
    renderTargets(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function renderGround({ machine, image, limits }: BenchReport): string {
  const busy = machine.busy_before;
  return [
    `Lean ${image.lean_version}, image ${image.id}`,
    `each sandbox with ${limits.cpus} CPU and ${formatBytes(limits.memory)}`,
    `${machine.cpus} CPUs (${machine.cpu_model}), ${formatBytes(machine.memory)}, ${machine.platform}, Node ${machine.node}, engine ${machine.engine}`,
    ...(busy > 0.2 ? [`Other work kept the CPUs ${percent(busy)} busy: compare ratios, not times.`] : []),
  ].join('\n');
}

function renderTimes({ kinds, programs }: BenchReport): string {
  const row = ({ name, times }: Pick<WayTimes, 'name' | 'times'>): string[] => [
    name,
    ...ways.map((way) => renderSummary(times[way])),
    ratio(times.lean, times.warm),
    difference(times.warm, times.kept),
  ];
  return table([
    ['program', ...ways.map((way) => wayTitles[way]), 'lean FILE / warm', 'warm - kept'],
    ...programs.map(row),
    ...kinds.map((kind) => row({ ...kind, name: `all ${kind.name}` })),
  ]);
}

function renderLeftOut({ left_out: leftOut }: BenchReport): string {
  if (leftOut.length === 0) return '';
  const lines = leftOut.map(({ name, reason }) => `  ${name}: ${reason.split('\n')[0] ?? ''}`);
  return ['Left out, because this Lean does not accept them:', ...lines].join('\n');
}

function renderRest(report: BenchReport): string {
  const { session, attempts, overhead, hops, start_up: startUp, memory, waiting, cold_calls_discarded: cold } = report;
  const rows: [string, string][] = [
    [`appending to a session (${session.steps} steps in the end)`, renderSummary(session.append ?? undefined, ' ms')],
    ['of that, what its caller waits for beside Lean', renderSummary(session.beside ?? undefined, ' ms')],
    ['going back a step in a session', renderSummary(session.rewind ?? undefined, ' ms')],
    [`${attempts.count} attempts at a goal with try-tactics`, renderSummary(attempts.together ?? undefined, ' ms')],
    ['the same, each with a warm call of execute-lean', renderSummary(attempts.one_by_one ?? undefined, ' ms')],
    ['overhead of a warm call: what its caller waits for beside Lean', renderSummary(overhead ?? undefined, ' ms')],
    ['a call that is refused before it gets a sandbox', renderSummary(hops.refusal, ' ms')],
    ['a command that does nothing, into a container and back', renderSummary(hops.echo, ' ms')],
    ['start of the server to tools/list', renderSummary(startUp.tools_list, ' ms')],
    ['start to end of node -e 0', renderSummary(startUp.node, ' ms')],
    [`memory of the server with ${memory.sandboxes} sandboxes ready`, renderMemory(memory)],
    ...waiting.map(({ header, elaborator, language_server: server }): [string, string] => [
      `memory of a waiting sandbox with ${header === '' ? 'no header' : header}, and with a language server`,
      `${elaborator === null ? '-' : formatBytes(elaborator)}, ${formatBytes(server)}`,
    ]),
    ['calls that found no ready sandbox, not counted above', String(cold)],
  ];
  return table(rows);
}

function renderMemory({ resident, peak }: BenchReport['memory']): string {
  if (resident === null) return 'unknown';
  return peak === null ? formatBytes(resident) : `${formatBytes(resident)}, at most ${formatBytes(peak)}`;
}

function renderThroughput({ throughput }: BenchReport): string {
  if (throughput.length === 0) return '';
  return table([
    ['callers at once', 'calls per second', 'CPU used', 'calls a round'],
    ...throughput.map(({ callers, calls, calls_per_second: rate, cpu_share: share }) => [
      String(callers),
      renderSummary(rate),
      share === null ? 'unknown' : percent(share.median),
      String(calls),
    ]),
  ]);
}

function renderSharing({ batches, project, finding, sharing, load }: BenchReport): string {
  const rows: [string, string][] = [];
  if (batches !== null) {
    const { shared, alone } = batches;
    rows.push(
      [`items per second, ${shared.items} in sandboxes that they share`, renderSummary(shared.per_second)],
      [`the same, ${alone.items} in a sandbox each`, renderSummary(alone.per_second)],
    );
  }
  if (project !== null) {
    const { modules, check, by_hand: byHand, beside_changed_leaf: leaf, changed_root: again } = project;
    rows.push(
      [`checking a project of ${modules} modules`, renderSummary(check, ' ms')],
      ['the same by hand, with lean -o', renderSummary(byHand, ' ms')],
      ['when one has changed that nothing imports: beside Lean', renderSummary(leaf, ' ms')],
      ['when others import it: elaborated again, of those', `${again.elaborated}, ${again.importers}`],
    );
  }
  if (finding !== null)
    rows.push([`finding declarations, ${finding.queries} queries`, renderSummary(finding.times, ' ms')]);
  if (sharing !== null) {
    const { crowd, alone, beside, crowd_calls_per_second: rate } = sharing;
    rows.push(
      ['over HTTP, a caller that calls now and then', renderSummary(alone, ' ms')],
      [`the same beside another with ${crowd} calls at any time`, renderSummary(beside, ' ms')],
      ['calls per second of that other', renderSummary(rate)],
    );
  }
  if (load !== null) {
    const { principals, connections, calls, calls_per_second: rate, latency } = load;
    rows.push(
      [`${calls} calls of ${principals} callers over ${connections} connections`, renderSummary(latency, ' ms')],
      ['calls per second of them together', rate.toFixed(1)],
    );
  }
  return table(rows);
}

function renderTargets({ targets }: BenchReport): string {
  const verdict = (met: boolean | undefined): string => (met === undefined ? '' : met ? 'met' : 'NOT MET');
  return table([
    ['target', 'wanted', 'measured', ''],
    ...targets.map(({ name, target, measured, met }) => [name, target, measured ?? 'not measured', verdict(met)]),
  ]);
}

function renderSummary(summary: Summary | undefined, unit = ''): string {
  return summary === undefined ? '-' : `${summary.median}${unit} (${summary.p95}; n=${summary.count})`;
}

function ratio(slow: Summary | undefined, fast: Summary | undefined): string {
  return slow === undefined || fast === undefined ? '-' : (slow.median / fast.median).toFixed(1);
}

function difference(whole: Summary | undefined, part: Summary | undefined): string {
  return whole === undefined || part === undefined ? '-' : (whole.median - part.median).toFixed(1);
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Columns as wide as their widest cell; the first one flush left, the others flush right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column > 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

function pad(cell: string, width: number, flushRight: boolean): string {
  return flushRight ? cell.padStart(width) : cell.padEnd(width);
}
