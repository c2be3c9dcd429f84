/*
 * The whole bench. Everything is measured in rounds, and every round measures everything once, so that what else the
 * machine does meets all measurements alike. Only one thing runs at a time.
 */
import { arch, cpus, platform, totalmem } from 'node:os';
import { indexMissing } from '../src/lean/toolchain.ts';
import type { BenchGround } from './bench-ground.ts';
import { headerOf, loadBenchPrograms, patienceS, type BenchProgram } from './bench-program.ts';
import type { BenchReport } from './bench-report.ts';
import { CpuMeter } from './cpu-meter.ts';
import { AttemptTimes } from './measure-attempts.ts';
import { BatchTimes } from './measure-batches.ts';
import { KeptLeans, measureWaiting } from './measure-kept.ts';
import { FindingTimes } from './measure-finding.ts';
import { HopTimes } from './measure-hops.ts';
import { measureLoad } from './measure-load.ts';
import { measureMemory } from './measure-memory.ts';
import { ProgramTimes } from './measure-programs.ts';
import { ProjectTimes } from './measure-project.ts';
import { SessionTimes } from './measure-session.ts';
import { SharingTimes } from './measure-sharing.ts';
import { StartUpTimes } from './measure-start-up.ts';
import { ThroughputTimes } from './measure-throughput.ts';
import { MeasuredHttpServer } from './measured-http-server.ts';
import { MeasuredServer } from './measured-server.ts';
import { pause } from './pause.ts';
import { summarise, type Summary } from './summary.ts';
import { compareWithTargets } from './targets.ts';
import { WarmCalls } from './warm-calls.ts';
import { Workbench } from './workbench.ts';

export interface BenchOptions {
  readonly rounds: number;
  /** Names of the programs to measure; absent: all. */
  readonly only: readonly string[] | undefined;
  readonly signal: AbortSignal;
  /** Hears what is being measured, and how much of the work of its kind is done, where that is known. */
  readonly onProgress: (message: string, amount?: { readonly done: number; readonly total: number }) => void;
}

/** Sandboxes beyond one for each kind that are kept ready while single calls are measured. */
const spareSandboxes = 2;
/** Kinds beside those with a header: for programs, and for other headers. */
const otherKinds = 2;
const appendsPerRound = 3;
const startsPerRound = 2;
const idleLookMs = 1000;
const principals = 3;
const callsOfLoad = 2000;
/** With fewer rounds only a quick look is wanted. */
const roundsOfFullLoad = 4;
const callsOfQuickLoad = 64;

/** @throws AppError when something needed is not there or a measurement fails; the signal's reason */
export async function runBench(ground: BenchGround, options: BenchOptions): Promise<BenchReport> {
  const { rounds, signal, onProgress } = options;
  onProgress('Looking how busy the machine is');
  const idle = new CpuMeter();
  await pause(idleLookMs);
  const busyBefore = idle.read().share;

  const times = await measureRounds(ground, options);
  onProgress('Measuring the memory of a full pool');
  const memory = await measureMemory(ground, signal);
  onProgress('Measuring the memory of waiting sandboxes');
  const waiting = await measureWaiting(ground, signal);

  const { launch, engine } = ground;
  const measured = {
    machine: {
      cpus: engine.cpus,
      cpu_model: cpus()[0]?.model ?? 'unknown',
      memory: totalmem(),
      platform: `${platform()} ${arch()}`,
      node: process.version,
      engine: engine.version,
      busy_before: Number(busyBefore.toFixed(2)),
    },
    image: { id: launch.image, lean_version: launch.toolchain.version },
    limits: { memory: launch.jail.limits.memory, cpus: launch.jail.limits.cpus },
    rounds,
    memory,
    waiting,
    ...times,
  };
  return { ...measured, targets: compareWithTargets(measured) };
}

type MeasuredInRounds = Omit<BenchReport, 'machine' | 'image' | 'limits' | 'rounds' | 'memory' | 'waiting' | 'targets'>;

async function measureRounds(ground: BenchGround, options: BenchOptions): Promise<MeasuredInRounds> {
  const { rounds, only, signal, onProgress } = options;
  const programs = await loadBenchPrograms(only);
  await using poolOff = await MeasuredServer.start(ground.server({ POOL_ENABLED: 'false' }));
  onProgress('Trying every program');
  const { usable, leftOut } = await tryPrograms(programs, poolOff, signal);

  await using workbench = await Workbench.start(ground.driver, ground.launch, signal);
  for (const program of usable) await workbench.put(program);
  await using kept = new KeptLeans(ground);
  const programTimes = new ProgramTimes();
  const startUp = new StartUpTimes(ground);
  let session: SessionTimes;
  let warmCalls: WarmCalls;
  let attempts: AttemptTimes;
  let hops: HopTimes;
  {
    await using warm = await MeasuredServer.start(ground.server(warmSettings(usable)));
    warmCalls = new WarmCalls(warm);
    session = new SessionTimes(warm);
    attempts = new AttemptTimes(warm);
    hops = new HopTimes(warm, workbench);
    for (const program of firstOfEachHeader(usable)) {
      onProgress(`Warming up for ${program.name}`);
      await warmCalls.warmUp(program);
    }
    const total = rounds * usable.length;
    for (let round = 1; round <= rounds; round += 1) {
      onProgress(`Round ${round} of ${rounds}`);
      for (const [index, program] of usable.entries()) {
        onProgress(program.name, { done: (round - 1) * usable.length + index, total });
        await programTimes.measure(program, { ground, workbench, kept, warmCalls, poolOff, signal });
      }
      onProgress('a session', { done: round * usable.length, total });
      await session.measure(appendsPerRound);
      const page = usable.find(({ kind }) => kind === 'medium');
      onProgress('attempts at a goal', { done: round * usable.length, total });
      if (page !== undefined) await attempts.measure(page);
      onProgress('the way to Lean', { done: round * usable.length, total });
      await hops.measure();
      onProgress('starting', { done: round * usable.length, total });
      for (let starts = 0; starts < startsPerRound; starts += 1) await startUp.measure();
    }
    await session.close();
  }
  const { throughput, batches } = await measureThroughput(ground, usable, options);
  const { project, finding } = await measureMany(ground, options);
  const { sharing, load } = await measurePrincipals(ground, usable, options);
  return {
    programs: programTimes.programs(),
    kinds: programTimes.kinds(),
    left_out: leftOut,
    cold_calls_discarded: warmCalls.discarded,
    overhead: summarise(warmCalls.overheads) ?? null,
    hops: { refusal: present(hops.refusals), echo: present(hops.echoes) },
    session: {
      append: summarise(session.appends) ?? null,
      beside: summarise(session.beside) ?? null,
      rewind: summarise(session.rewinds) ?? null,
      steps: session.steps,
    },
    attempts: {
      count: attempts.count,
      together: summarise(attempts.together) ?? null,
      one_by_one: summarise(attempts.oneByOne) ?? null,
    },
    throughput,
    batches,
    project,
    finding,
    sharing,
    load,
    start_up: { tools_list: present(startUp.toolsList), node: present(startUp.node) },
  };
}

async function measureThroughput(
  ground: BenchGround,
  programs: readonly BenchProgram[],
  { rounds, signal, onProgress }: BenchOptions,
): Promise<Pick<BenchReport, 'throughput' | 'batches'>> {
  const small = programs.filter(({ kind }) => kind === 'small');
  // What a lab checks most: a theorem.
  const one = small.find(({ name }) => name === 'small/theorem-term') ?? small[0];
  if (one === undefined) return { throughput: [], batches: null };
  await using server = await MeasuredServer.start(ground.server({ POOL_ENABLED: 'true' }));
  const times = new ThroughputTimes(server, small, rounds);
  for (let round = 1; round <= rounds; round += 1) {
    onProgress('calls at once', { done: round - 1, total: rounds });
    await times.measure(signal);
  }
  const batches = new BatchTimes(server, one, rounds);
  for (let round = 1; round <= rounds; round += 1) {
    onProgress('batches', { done: round - 1, total: rounds });
    await batches.measure(signal);
  }
  return { throughput: times.report(ground.engine.isLocal), batches: batches.report() };
}

/** What is about many modules, or many declarations. */
async function measureMany(
  ground: BenchGround,
  { rounds, signal, onProgress }: BenchOptions,
): Promise<Pick<BenchReport, 'project' | 'finding'>> {
  const project = new ProjectTimes(ground, rounds);
  for (let round = 1; round <= rounds; round += 1) {
    onProgress('a project', { done: round - 1, total: rounds });
    await project.measure(signal);
  }
  if (indexMissing(ground.launch.toolchain) !== undefined) return { project: project.report(), finding: null };
  // Where the list of declarations is still to be made, the first call waits for it.
  const patient = { TIMEOUT: String(patienceS), MAX_TIMEOUT: String(patienceS) };
  await using server = await MeasuredServer.start(ground.server({ POOL_ENABLED: 'false', ...patient }));
  const finding = new FindingTimes(server);
  for (let round = 1; round <= rounds; round += 1) {
    onProgress('finding declarations', { done: round - 1, total: rounds });
    await finding.measure();
  }
  return { project: project.report(), finding: finding.report() };
}

/** Several principals on one server over HTTP. */
async function measurePrincipals(
  ground: BenchGround,
  programs: readonly BenchProgram[],
  { rounds, signal, onProgress }: BenchOptions,
): Promise<Pick<BenchReport, 'sharing' | 'load'>> {
  const program = programs.find(({ kind }) => kind === 'small');
  if (program === undefined) return { sharing: null, load: null };
  await using http = await ground.httpServer({ POOL_ENABLED: 'true' }, principals);
  await using server = await MeasuredHttpServer.start(http.command);
  const callers = await Promise.all(http.tokens.map((token) => server.as(token)));
  const [quiet, noisy] = callers;
  if (quiet === undefined || noisy === undefined) return { sharing: null, load: null };
  const sharing = new SharingTimes(quiet, noisy, program);
  for (let round = 1; round <= rounds; round += 1) {
    onProgress('a caller beside one that never pauses', { done: round - 1, total: rounds });
    await sharing.measure(signal);
  }
  const calls = rounds < roundsOfFullLoad ? callsOfQuickLoad : callsOfLoad;
  onProgress(`${calls} calls of ${principals} callers at once`);
  return { sharing: sharing.report(), load: await measureLoad(callers, calls, signal) };
}

/** What this Lean cannot run is left out, and told. */
async function tryPrograms(
  programs: readonly BenchProgram[],
  server: MeasuredServer,
  signal: AbortSignal,
): Promise<{ usable: BenchProgram[]; leftOut: BenchReport['left_out'] }> {
  const usable: BenchProgram[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const program of programs) {
    signal.throwIfAborted();
    const { result } = await server.call('execute-lean', { code: program.code, timeout: patienceS });
    if (result.status === 'success') usable.push(program);
    else
      leftOut.push({ name: program.name, reason: result.diagnostics?.[0]?.message ?? result.error ?? result.outcome });
  }
  return { usable, leftOut };
}

/** Settings with which a sandbox is ready for each of these programs. */
function warmSettings(programs: readonly BenchProgram[]): Record<string, string> {
  const headers = firstOfEachHeader(programs).map((program) => headerOf(program));
  return {
    POOL_ENABLED: 'true',
    POOL_SIZE: String(headers.length + otherKinds + spareSandboxes),
    WARM_HEADERS: headers
      .map((header) =>
        header
          .replaceAll(/^import /gm, '')
          .trim()
          .replaceAll('\n', ' '),
      )
      .join(','),
  };
}

function firstOfEachHeader(programs: readonly BenchProgram[]): BenchProgram[] {
  return programs.filter((program, index) => {
    return programs.findIndex((other) => headerOf(other) === headerOf(program)) === index;
  });
}

function present(samples: readonly number[]): Summary {
  return summarise(samples) ?? { count: 0, median: 0, p95: 0 };
}
