import { expect, it } from 'vitest';
import type { BenchReport, WayTimes } from './bench-report.ts';
import type { ProgramKind } from './bench-program.ts';
import { renderReport } from './render-report.ts';
import { compareWithTargets } from './targets.ts';

const one = (median: number): { count: number; median: number; p95: number } => ({ count: 1, median, p95: median });

function program(name: string, kind: ProgramKind, lean: number, kept: number, warm: number): WayTimes {
  const header = kind.startsWith('import-lean') ? 'import Lean' : '';
  return { name, kind, header, times: { lean: one(lean), kept: one(kept), warm: one(warm) } };
}

/** A run that is just good enough, but for so much more in each warm call. */
const programs = (more: number): WayTimes[] => [
  program('nothing/plain', 'nothing', 100, 2, 5 + more),
  program('small/theorem-term', 'small', 250, 7, 10 + more),
  program('import-lean/theorem-term', 'import-lean', 500, 7, 10 + more),
  program('main/hello', 'main', 150, 7, 10 + more),
  program('import-lean-main/hello', 'import-lean-main', 500, 7, 10 + more),
  program('heavy/sums', 'heavy', 1100, 1047, 1050 + more),
  program('long/evals', 'long', 2100, 2090, 2100 + more),
];

function kind(name: 'small' | 'import-lean', lean: number, run: number, warm: number): BenchReport['kinds'][number] {
  return { name, kind: name, times: { lean: one(lean), docker_run: one(run), warm: one(warm) } };
}

/** By hand it takes a second, and 20 modules import the one that was changed. */
function project(check: number, leaf: number, elaborated: number): BenchReport['project'] {
  return {
    modules: 60,
    check: one(check),
    by_hand: one(1000),
    beside_changed_leaf: one(leaf),
    changed_root: { elaborated, importers: 20 },
  };
}

const measured: Omit<BenchReport, 'targets'> = {
  machine: {
    cpus: 2,
    cpu_model: 'abacus',
    memory: 2 ** 33,
    platform: 'linux x64',
    node: 'v20',
    engine: '20.10',
    busy_before: 0,
  },
  image: { id: 'sha256:0', lean_version: '4.0.0' },
  limits: { memory: 2 ** 30, cpus: 1 },
  rounds: 1,
  programs: programs(0),
  kinds: [kind('small', 80, 300, 20), kind('import-lean', 470, 600, 23.5)],
  left_out: [{ name: 'meta/new', reason: 'unknown\nidentifier' }],
  cold_calls_discarded: 0,
  overhead: one(5),
  hops: { refusal: one(5), echo: one(1) },
  session: { append: null, beside: one(3), rewind: one(5), steps: 10 },
  waiting: [{ header: '', elaborator: 2 ** 20, language_server: 2 ** 20 }],
  attempts: { count: 4, together: one(50), one_by_one: one(50) },
  throughput: [{ callers: 4, calls: 8, calls_per_second: one(5), cpu_share: one(0.85) }],
  batches: { shared: { items: 250, per_second: one(20) }, alone: { items: 24, per_second: one(1) } },
  project: project(1000, 50, 20),
  finding: { queries: 5, times: one(100) },
  sharing: { crowd: 16, alone: one(20), beside: one(30), crowd_calls_per_second: one(5) },
  load: { principals: 3, connections: 64, calls: 64, calls_per_second: 5, latency: one(9000) },
  memory: { sandboxes: 32, resident: 150 * 2 ** 20, peak: null },
  start_up: { tools_list: one(280), node: one(70) },
};

it('what is just good enough meets every target', () => {
  const targets = compareWithTargets(measured);
  expect(targets).toHaveLength(24);
  expect(targets.filter(({ met }) => met !== true)).toEqual([]);
});

it('what is a little worse meets none', () => {
  const worse = compareWithTargets({
    ...measured,
    kinds: [kind('small', 80, 300, 20.1), kind('import-lean', 470, 600, 23.6)],
    attempts: { count: 4, together: one(50), one_by_one: one(49) },
    overhead: one(5.1),
    programs: programs(0.1),
    session: { append: null, beside: one(3.1), rewind: one(5.1), steps: 10 },
    waiting: [{ header: '', elaborator: 2 ** 20 + 1, language_server: 2 ** 20 }],
    throughput: [{ callers: 4, calls: 8, calls_per_second: one(5), cpu_share: one(0.84) }],
    batches: { shared: { items: 250, per_second: one(19.9) }, alone: { items: 24, per_second: one(1) } },
    project: project(1001, 51, 21),
    finding: { queries: 5, times: one(101) },
    sharing: { crowd: 16, alone: one(20), beside: one(30.1), crowd_calls_per_second: one(5) },
    memory: { sandboxes: 32, resident: 151 * 2 ** 20, peak: null },
    start_up: { tools_list: one(281), node: one(70) },
  });
  expect(worse.filter(({ met }) => met !== false)).toEqual([]);
});

it('what was not measured is neither met nor missed', () => {
  const nothing = compareWithTargets({
    ...measured,
    kinds: [],
    programs: [],
    session: { append: null, beside: null, rewind: null, steps: 0 },
    waiting: [],
    attempts: { count: 4, together: one(50), one_by_one: null },
    overhead: null,
    throughput: [],
    batches: null,
    project: null,
    finding: null,
    sharing: null,
    load: null,
    memory: { sandboxes: 32, resident: null, peak: null },
  });
  expect(nothing.filter(({ met }) => met !== undefined).map(({ name }) => name)).toEqual([
    'start to tools/list against node -e 0',
  ]);
});

it('the report for people has every target in one line, and the first line of why a program is left out', () => {
  const targets = compareWithTargets(measured);
  const lines = renderReport({ ...measured, targets }).split('\n');
  for (const { name } of targets)
    expect(lines.filter((line) => line.startsWith(name) && line.endsWith('met'))).toHaveLength(1);
  expect(lines).toContain('  meta/new: unknown');
});
