import { expect, inject, it } from 'vitest';
import { ways, type BenchReport } from '../../bench/bench-report.ts';
import { runScript, type CommandOptions, type CommandResult } from './support/command.ts';

const bench = (args: readonly string[], options?: CommandOptions): Promise<CommandResult> =>
  runScript('bench/main.ts', args, options);

/** What is said on stderr of how far it is; nothing else may be. */
const progressLine =
  /^(?:Looking how busy the machine is|Trying every program|Warming up for \S+|Round \d+ of \d+|\d+ calls of \d+ callers at once|Measuring the memory of (?:a full pool|waiting sandboxes))$/;

/** Only so that a hang comes to an end. */
const patience = { timeout: 900_000 };

/** One of a kind; a stand-in for Lean does not know the last two. */
const chosen = ['small/eval-sum', 'import-lean/check-expr', 'main/hello', 'medium/simp-arithmetic', 'meta/own-tactic'];

it(
  'bench measures programs that the toolchain accepts in every way, and says which ones it left out',
  patience,
  async () => {
    const { exitCode, stdout, stderr } = await bench(['--rounds', '1', '--json', '--only', ...chosen]);
    expect(stderr).toContain('Round 1 of 1\n');
    expect(stderr.split('\n').filter((line) => !progressLine.test(line))).toEqual(['']);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as BenchReport;

    const measured = report.programs.map(({ name }) => name);
    const leftOut = report.left_out.map(({ name }) => name);
    expect(leftOut).toEqual(inject('isStandIn') ? chosen.slice(-2) : []);
    expect([...measured, ...leftOut].sort()).toEqual([...chosen].sort());

    for (const { name, times } of report.programs) {
      for (const way of ways.filter((candidate) => candidate !== 'warm')) expect(times[way]?.count, name).toBe(1);
    }
    const warmCalls = report.programs.reduce((sum, { times }) => sum + (times.warm?.count ?? 0), 0);
    expect(warmCalls + report.cold_calls_discarded).toBe(measured.length);
    expect(warmCalls).toBeGreaterThan(0);
    expect(report.overhead?.count).toBe(warmCalls);

    expect(report.session.append?.count).toBeGreaterThan(0);
    expect(report.session.rewind?.count).toBe(1);
    expect(report.waiting.map(({ header }) => header)).toEqual(['', 'import Lean']);
    for (const { language_server: server } of report.waiting) expect(server).toBeGreaterThan(0);
    expect(report.attempts).toMatchObject({ count: 4 });
    expect(report.throughput.map(({ callers }) => callers)).toEqual([1, 4, 16]);
    expect(report.batches?.shared.per_second.median).toBeGreaterThan(
      report.batches?.alone.per_second.median ?? Infinity,
    );
    expect(report.project).toMatchObject({ modules: 6, changed_root: { elaborated: 5, importers: 5 } });
    expect(report.finding?.times.count).toBe(5);
    expect(report.sharing?.alone.count).toBeGreaterThan(0);
    expect(report.sharing?.beside.count).toBe(report.sharing?.alone.count);
    expect(report.load).toMatchObject({ principals: 3, connections: 64, calls: 64, latency: { count: 64 } });
    expect(report.memory.sandboxes).toBeGreaterThan(0);
    expect(report.start_up.tools_list.median).toBeGreaterThan(0);
    expect(report.targets.length).toBeGreaterThan(0);
    expect(report.limits.cpus).toBeGreaterThan(0);
  },
);

it.each(['0', '1.5', 'many'])('bench refuses %s rounds', async (rounds) => {
  const { exitCode, stdout, stderr } = await bench(['--rounds', rounds]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('--rounds');
});

it('bench names the programs that there are when it is asked for another', async () => {
  const { exitCode, stderr } = await bench(['--only', 'small/none']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/small\/none.*\n.*small\/eval-sum/);
});

it('bench says how to get an image when there is none', async () => {
  const { exitCode, stderr } = await bench([], { settings: { IMAGE: 'lean-docker-mcp:not-there' } });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('lean-docker-mcp image build');
});
