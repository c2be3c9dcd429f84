/* What the measurements are to show. The bench measures and says; it does not judge by its exit code. */
import { formatBytes } from '../src/core/bytes.ts';
import type { ProgramKind } from './bench-program.ts';
import type { BenchReport, Target, Way } from './bench-report.ts';

type Measured = Omit<BenchReport, 'targets'>;

const mebibyte = 1024 * 1024;

/** The closing table. */
export function compareWithTargets(report: Measured): Target[] {
  const four = report.throughput.find(({ callers }) => callers === 4);
  const { tools_list: toolsList, node } = report.start_up;
  const { together, one_by_one: oneByOne } = report.attempts;
  const attemptsRatio = together && oneByOne ? oneByOne.median / together.median : undefined;
  const sharingRatio = report.sharing ? report.sharing.beside.median / report.sharing.alone.median : undefined;
  return [
    faster('small files: warm call against lean FILE', report, 'small', 'lean', 4),
    faster('files with import Lean: warm call against lean FILE', report, 'import-lean', 'lean', 20),
    faster('small files: warm call against docker run', report, 'small', 'docker_run', 15),
    atLeast('attempts at a goal: try-tactics against a warm call for each', attemptsRatio, 1, times),
    atMost('overhead of a warm call, median', report.overhead?.median, 5, milliseconds),
    atMost('start to tools/list against node -e 0', toolsList.median / node.median, 4, times),
    atLeast('CPU used with 4 callers at once', four?.cpu_share?.median, 0.85, percent),
    atMost('a caller beside one that never pauses, against alone', sharingRatio, 1.5, times),
    atMost(
      `memory of the server with ${report.memory.sandboxes} sandboxes ready`,
      report.memory.resident ?? undefined,
      150 * mebibyte,
      formatBytes,
    ),
  ];
}

function faster(name: string, report: Measured, kind: ProgramKind, baseline: Way, factor: number): Target {
  const measured = report.kinds.find((candidate) => candidate.name === kind)?.times;
  const [slow, fast] = [measured?.[baseline], measured?.warm];
  const ratio = slow === undefined || fast === undefined ? undefined : slow.median / fast.median;
  return atLeast(name, ratio, factor, times);
}

function atLeast(name: string, value: number | undefined, limit: number, show: (value: number) => string): Target {
  return target(name, `at least ${show(limit)}`, value, show, (measured) => measured >= limit);
}

function atMost(name: string, value: number | undefined, limit: number, show: (value: number) => string): Target {
  return target(name, `at most ${show(limit)}`, value, show, (measured) => measured <= limit);
}

function target(
  name: string,
  wanted: string,
  value: number | undefined,
  show: (value: number) => string,
  isMet: (value: number) => boolean,
): Target {
  return { name, target: wanted, ...(value !== undefined && { measured: show(value), value, met: isMet(value) }) };
}

const milliseconds = (value: number): string => `${Number(value.toFixed(1))} ms`;
const times = (value: number): string => `${Number(value.toFixed(1))} times`;
const percent = (value: number): string => `${Math.round(value * 100)} %`;
