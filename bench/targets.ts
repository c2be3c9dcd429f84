/* What the measurements are to show. The bench measures and says; it does not judge by its exit code. */
import { formatBytes } from '../src/core/bytes.ts';
import type { ProgramKind } from './bench-program.ts';
import type { BenchReport, Target, Way, WayTimes } from './bench-report.ts';
import { summarise } from './summary.ts';

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
    fasterProgram('a theorem by a term: warm call against lean FILE', report, 'small/theorem-term', 25),
    fasterProgram('a theorem by a term with import Lean: the same', report, 'import-lean/theorem-term', 50),
    fasterProgram('a program that prints: warm call against lean --run', report, 'main/hello', 15),
    fasterProgram('a program that prints with import Lean: the same', report, 'import-lean-main/hello', 50),
    atMost('what a warm call takes beyond a kept Lean, median of the programs', beyondKept(report), 3, milliseconds),
    atMost('heavy files: warm call against lean FILE less its start', workRatio(report, 'heavy'), 1.05, times),
    atMost('files of very many commands: the same', workRatio(report, 'long'), 1.05, times),
    atMost(
      'appending to a session: what its caller waits for beside Lean',
      report.session.beside?.median,
      3,
      milliseconds,
    ),
    atMost('going back a step in a session', report.session.rewind?.median, 5, milliseconds),
    atMost('memory of a waiting sandbox against one with a language server, the worst', waitingRatio(report), 1, times),
    atLeast('attempts at a goal: try-tactics against a warm call for each', attemptsRatio, 1, times),
    atMost('overhead of a warm call, median', report.overhead?.median, 5, milliseconds),
    atMost('a project of many modules: check against lean -o by hand', projectRatio(report), 1, times),
    atMost(
      'a changed module that nothing imports: beside Lean',
      report.project?.beside_changed_leaf.median,
      50,
      milliseconds,
    ),
    atMost('a changed module: modules elaborated again against those that import it', againRatio(report), 1, times),
    atMost('finding declarations, median', report.finding?.times.median, 100, milliseconds),
    atMost('start to tools/list against node -e 0', toolsList.median / node.median, 4, times),
    atLeast('items of a batch that share sandboxes, against one for each', batchRatio(report), 20, times),
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

function timesOf({ programs }: Measured, name: string): WayTimes['times'] | undefined {
  return programs.find((program) => program.name === name)?.times;
}

function fasterProgram(name: string, report: Measured, program: string, factor: number): Target {
  const { lean, warm } = timesOf(report, program) ?? {};
  return atLeast(name, lean && warm && lean.median / warm.median, factor, times);
}

/** In milliseconds, of the median program. */
function beyondKept({ programs }: Measured): number | undefined {
  const beyond = programs.flatMap(({ kind, times: { warm, kept } }) =>
    warm === undefined || kept === undefined || kind === 'long' ? [] : warm.median - kept.median,
  );
  return summarise(beyond)?.median;
}

/** The worst of a kind: a warm call against what Lean takes by hand for the same work, its start and imports done. */
function workRatio(report: Measured, wanted: ProgramKind): number | undefined {
  const ratios = report.programs.flatMap(({ kind, header, times: { lean, warm } }) => {
    const start = timesOf(report, header === '' ? 'nothing/plain' : 'nothing/import-lean')?.lean;
    return kind !== wanted || lean === undefined || warm === undefined || start === undefined
      ? []
      : warm.median / (lean.median - start.median);
  });
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}

function waitingRatio({ waiting }: Measured): number | undefined {
  const ratios = waiting.flatMap(({ elaborator, language_server: server }) =>
    elaborator === null ? [] : elaborator / server,
  );
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}

function projectRatio({ project }: Measured): number | undefined {
  return project === null ? undefined : project.check.median / project.by_hand.median;
}

function againRatio({ project }: Measured): number | undefined {
  return project === null ? undefined : project.changed_root.elaborated / project.changed_root.importers;
}

function batchRatio({ batches }: Measured): number | undefined {
  return batches === null ? undefined : batches.shared.per_second.median / batches.alone.per_second.median;
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
const times = (value: number): string => `${Number(value.toFixed(value < 2 ? 2 : 1))} times`;
const percent = (value: number): string => `${Math.round(value * 100)} %`;
