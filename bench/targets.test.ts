import { expect, it } from 'vitest';
import type { BenchReport, WayTimes } from './bench-report.ts';
import { renderReport } from './render-report.ts';
import { compareWithTargets } from './targets.ts';

const one = (median: number): { count: number; median: number; p95: number } => ({ count: 1, median, p95: median });

function kind(name: 'small' | 'import-lean', lean: number, run: number, warm: number): WayTimes {
  return { name, kind: name, times: { lean: one(lean), docker_run: one(run), warm: one(warm) } };
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
  programs: [],
  kinds: [kind('small', 80, 300, 20), kind('import-lean', 470, 600, 23.5)],
  left_out: [{ name: 'meta/new', reason: 'unknown\nidentifier' }],
  cold_calls_discarded: 0,
  overhead: one(5),
  session: { append: null, steps: 10 },
  attempts: { count: 4, together: one(50), one_by_one: one(50) },
  throughput: [{ callers: 4, calls: 8, calls_per_second: one(5), cpu_share: one(0.85) }],
  sharing: { crowd: 16, alone: one(20), beside: one(30), crowd_calls_per_second: one(5) },
  load: { principals: 3, connections: 64, calls: 64, calls_per_second: 5, latency: one(9000) },
  memory: { sandboxes: 32, resident: 150 * 2 ** 20, peak: null },
  start_up: { tools_list: one(280), node: one(70) },
};

it('what is just good enough meets every target', () => {
  const targets = compareWithTargets(measured);
  expect(targets).toHaveLength(9);
  expect(targets.filter(({ met }) => met !== true)).toEqual([]);
});

it('what is a little worse meets none', () => {
  const worse = compareWithTargets({
    ...measured,
    kinds: [kind('small', 80, 300, 20.1), kind('import-lean', 470, 600, 23.6)],
    attempts: { count: 4, together: one(50), one_by_one: one(49) },
    overhead: one(5.1),
    throughput: [{ callers: 4, calls: 8, calls_per_second: one(5), cpu_share: one(0.84) }],
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
    attempts: { count: 4, together: one(50), one_by_one: null },
    overhead: null,
    throughput: [],
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
