/*
 * Runs every program in every way, one after another and round by round, so that a change of the machine's speed meets all
 * ways alike. After a call that makes containers there is a pause, so that their making does not slow down what is next.
 */
import type { BenchGround } from './bench-ground.ts';
import { headerOf, type BenchProgram } from './bench-program.ts';
import { ways, type Way, type WayTimes } from './bench-report.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { KeptLeans } from './measure-kept.ts';
import { pause } from './pause.ts';
import { summarise } from './summary.ts';
import type { WarmCalls } from './warm-calls.ts';
import { leanCommand, measureOneShot, type Workbench } from './workbench.ts';

export interface ProgramMeasuring {
  readonly ground: BenchGround;
  readonly workbench: Workbench;
  /** Processes that stay. */
  readonly kept: KeptLeans;
  /** A server that keeps sandboxes ready. */
  readonly warmCalls: WarmCalls;
  /** A server that makes sandboxes on demand. */
  readonly poolOff: MeasuredServer;
  readonly signal: AbortSignal;
}

/** For the engine to remove containers, in milliseconds. */
const removalPauseMs = 400;

/** Samples by program and way. */
export class ProgramTimes {
  readonly #samples = new Map<BenchProgram, Record<Way, number[]>>();

  /** One round of one program. */
  async measure(program: BenchProgram, measuring: ProgramMeasuring): Promise<void> {
    const { workbench, kept, warmCalls, signal } = measuring;
    const samples = this.#of(program);
    samples.lean.push(await workbench.measure(leanCommand(program)));
    // What a container costs says nothing about so much work.
    if (program.kind !== 'long') await this.#inContainers(program, measuring);
    const inKept = await kept.measure(program, signal);
    if (inKept !== undefined) samples.kept.push(inKept);
    const warm = await warmCalls.call(program);
    if (warm !== undefined) samples.warm.push(warm.milliseconds);
  }

  async #inContainers(program: BenchProgram, measuring: ProgramMeasuring): Promise<void> {
    const { ground, workbench, poolOff, signal } = measuring;
    const samples = this.#of(program);
    const command = leanCommand(program);
    const startedAt = performance.now();
    await ground.exec(workbench.sandbox, command);
    samples.docker_exec.push(performance.now() - startedAt);
    signal.throwIfAborted();
    samples.docker_run.push(await measureOneShot(ground.driver, ground.launch, program, signal));
    await pause(removalPauseMs);
    signal.throwIfAborted();
    samples.pool_off.push((await poolOff.call('execute-lean', { code: program.code })).milliseconds);
    await pause(removalPauseMs);
    signal.throwIfAborted();
  }

  programs(): WayTimes[] {
    return [...this.#samples].map(([program, samples]) => ({
      name: program.name,
      kind: program.kind,
      header: headerOf(program).trim(),
      times: summaries([samples]),
    }));
  }

  /** All programs of a kind taken together. */
  kinds(): Omit<WayTimes, 'header'>[] {
    const kinds = new Set([...this.#samples.keys()].map(({ kind }) => kind));
    return [...kinds].map((kind) => {
      const ofKind = [...this.#samples].filter(([program]) => program.kind === kind).map(([, samples]) => samples);
      return { name: kind, kind, times: summaries(ofKind) };
    });
  }

  #of(program: BenchProgram): Record<Way, number[]> {
    const none = { lean: [], docker_exec: [], docker_run: [], pool_off: [], kept: [], warm: [] };
    const samples: Record<Way, number[]> = this.#samples.get(program) ?? none;
    this.#samples.set(program, samples);
    return samples;
  }
}

function summaries(samples: readonly Record<Way, number[]>[]): WayTimes['times'] {
  const entries = ways.flatMap((way) => {
    const summary = summarise(samples.flatMap((ofProgram) => ofProgram[way]));
    return summary === undefined ? [] : [[way, summary] as const];
  });
  return Object.fromEntries(entries);
}
