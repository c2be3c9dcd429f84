/*
 * A sandbox in which modules of one project are elaborated, several at a time, by the toolchain's own `lean`. What was
 * compiled of accepted modules stays in it, for those that import them.
 */
import type { Bytes } from '../core/bytes.ts';
import { Deadline, type StopReason } from '../core/deadline.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import { withResolvers } from '../core/with-resolvers.ts';
import { describeExit, endOfReading } from '../lean/end-of-lean.ts';
import { leanPath, leanSandbox, type LeanLaunch } from '../lean/lean-launch.ts';
import { detailOf, type Cut } from '../lean/lean.ts';
import { FairReader } from '../lean/reading/fair-reader.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import type { OwnOutcome } from './check-plan.ts';
import { ProjectFrameReader, type KeeperFrame, type ModuleEnd } from './keeper-frames.ts';
import { readLeanLine } from './lean-message.ts';
import { ModuleOutput, type MessageRoom } from './module-output.ts';
import { NestedSandbox } from './nested-sandbox.ts';
import {
  inputRequest,
  keptModules,
  processRequest,
  runRequest,
  stopRequest,
  type KeptModule,
} from './project-keeper.ts';
import type { UnfinishedReason } from './project.ts';

/** A module to elaborate. */
export type ModuleSource = Omit<KeptModule, 'id'>;

/** A module that is being elaborated. */
interface Run {
  readonly output: ModuleOutput;
  readonly oomKillsBefore: number;
  readonly end: (outcome: OwnOutcome) => void;
}

/** How long a sandbox may take to become ready once it runs, in milliseconds. */
const readyLimitMs = 60_000;

/** Disposing kills it. */
export class ProjectSandbox implements AsyncDisposable {
  readonly launch: LeanLaunch;
  readonly #sandbox: Sandbox;
  readonly #maxOutput: Bytes;
  readonly #frames = new ProjectFrameReader();
  readonly #reader: FairReader;
  readonly #runs = new Map<number, Run>();
  readonly #beside = new Map<number, NestedSandbox>();
  readonly #ready = withResolvers<boolean>();
  #lastId = 0;
  #oomKills = 0;
  /** Why nothing can be elaborated any more. */
  #cut: Cut | undefined;

  private constructor(sandbox: Sandbox, launch: LeanLaunch, maxOutput: Bytes, turns: ReadingTurns) {
    this.#sandbox = sandbox;
    this.launch = launch;
    this.#maxOutput = maxOutput;
    this.#reader = new FairReader({
      stdout: sandbox.stdout,
      turns,
      pieces: (chunk) => this.#pieces(chunk),
      rest: () => undefined,
      onOverdrawn: (why, detail) => {
        this.#end(endOfReading(why, detail));
      },
      onDeaf: () => undefined,
      onEnded: () => undefined,
    });
    sandbox.stderr.on('error', () => undefined).resume();
    sandbox.stdin.on('error', () => undefined);
    void sandbox.exited.then((exit) => {
      this.#end(describeExit(exit));
    });
  }

  /**
   * Makes a sandbox and waits until modules can be elaborated in it.
   *
   * @param maxOutput how much a module may write
   * @throws AppError what {@link SandboxDriver.start} throws; `image-unusable` when the image cannot
   */
  static async start(
    driver: SandboxDriver,
    launch: LeanLaunch,
    maxOutput: Bytes,
    turns: ReadingTurns,
    signal?: AbortSignal,
  ): Promise<ProjectSandbox> {
    const spec = leanSandbox(launch, keptModules(leanPath), 'lean');
    const sandbox = new ProjectSandbox(await driver.start(spec, signal), launch, maxOutput, turns);
    using deadline = new Deadline(readyLimitMs, signal);
    const isReady = await deadline.race(sandbox.#ready.promise);
    if ('value' in isReady && isReady.value) return sandbox;
    await sandbox[Symbol.asyncDispose]();
    signal?.throwIfAborted();
    throw new AppError(
      failures['image-unusable'].projectSandboxNotReady,
      'The sandbox for the modules of a project did not become ready.',
    );
  }

  /** Whether nothing can be elaborated in it any more, and why. */
  get cut(): Cut | undefined {
    return this.#cut;
  }

  /** Settles as soon as nothing can be done with it any more. */
  get ended(): Promise<void> {
    return this.#sandbox.disconnected;
  }

  /** What is read from now on belongs to another check, which has a budget of its own. */
  beginCheck(): void {
    this.#reader.beginText();
  }

  /** Elaborates a module. What was compiled of it before is gone then. Never rejects. */
  async elaborate(module: ModuleSource, room: MessageRoom, deadline: Deadline): Promise<OwnOutcome> {
    const output = new ModuleOutput(room, this.#maxOutput);
    if (this.#cut !== undefined) return unfinished(output, this.#cut);
    if (deadline.signal.aborted) return unfinished(output, { end: deadline.signal.reason as StopReason });
    this.#lastId += 1;
    const id = this.#lastId;
    const ended = new Promise<OwnOutcome>((resolve) => {
      this.#runs.set(id, { output, oomKillsBefore: this.#oomKills, end: resolve });
    });
    this.#write(runRequest({ ...module, id }));
    const raced = await deadline.race(ended);
    if ('value' in raced) return raced.value;
    this.#stop(id);
    return unfinished(output, { end: raced.stopped });
  }

  /**
   * Runs a process beside the modules, which finds what is compiled of them. As long as the sandbox lives, so may it.
   *
   * @param command as for a sandbox of its own
   */
  run(command: readonly string[]): Sandbox {
    this.#lastId += 1;
    const id = this.#lastId;
    const { stdin } = this.#sandbox;
    const nested = new NestedSandbox({
      sandbox: this.#sandbox,
      oomKills: () => this.#oomKills,
      feed: (bytes, done) => {
        if (stdin.writable) stdin.write(inputRequest(id, bytes), done);
        else done();
      },
      stop: () => {
        this.#write(stopRequest(id));
      },
    });
    this.#beside.set(id, nested);
    this.#write(processRequest(id, command));
    return nested;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader[Symbol.dispose]();
    await this.#sandbox[Symbol.asyncDispose]();
  }

  #write(bytes: Buffer): void {
    if (this.#sandbox.stdin.writable) this.#sandbox.stdin.write(bytes);
  }

  #stop(id: number): void {
    this.#runs.delete(id);
    this.#write(stopRequest(id));
  }

  #end(cut: Cut): void {
    if (this.#cut !== undefined) return;
    this.#cut = cut;
    this.#ready.resolve(false);
    for (const { output, end } of this.#runs.values()) end(unfinished(output, cut));
    this.#runs.clear();
    for (const nested of this.#beside.values()) nested.end({ kind: 'failed', why: details[cut.end] });
    this.#beside.clear();
  }

  *#pieces(chunk: Buffer): Generator<Promise<void> | undefined, void, undefined> {
    for (const frame of this.#frames.read(chunk)) yield* this.#heed(frame);
  }

  *#heed(frame: KeeperFrame): Generator<Promise<void> | undefined, void, undefined> {
    switch (frame.kind) {
      case 'strange':
        this.#reader.overdraw('strange');
        return;
      case 'ready':
        this.#ready.resolve(true);
        return;
      case 'end':
        this.#ended(frame.id, frame.end);
        yield undefined;
        return;
      case 'bytes':
        yield* this.#takeOutput(frame.id, frame.from, frame.bytes);
    }
  }

  /** Of a module that was stopped something may still come. */
  *#takeOutput(
    id: number,
    from: 'stdout' | 'stderr',
    bytes: Buffer,
  ): Generator<Promise<void> | undefined, void, undefined> {
    const nested = this.#beside.get(id);
    if (nested !== undefined) {
      // Who reads it charges for it.
      yield nested.take(from, bytes);
      return;
    }
    const run = this.#runs.get(id);
    if (run === undefined) {
      this.#reader.charge({ bytes: bytes.length });
      yield undefined;
      return;
    }
    const { output } = run;
    if (from === 'stderr') {
      output.appendStderr(bytes);
      this.#reader.charge({ bytes: bytes.length });
      yield undefined;
    } else {
      for (const line of output.lines(bytes)) {
        yield this.#reader.takeMessage(line, readLeanLine, (said) => {
          if (typeof said !== 'string') output.add(said);
          return undefined;
        });
      }
    }
    if (!output.isTooMuch || !this.#runs.has(id)) return;
    this.#stop(id);
    run.end(output.unfinished('output-limit', 'It wrote more than is read'));
  }

  #ended(id: number, end: ModuleEnd): void {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    if (end.kind === 'ended') this.#oomKills = Math.max(this.#oomKills, end.oomKills ?? 0);
    this.#beside.get(id)?.end(end);
    this.#beside.delete(id);
    run?.end(run.output.outcome(end, run.oomKillsBefore, this.launch.jail.limits));
  }
}

const reasons: Readonly<Record<Cut['end'], UnfinishedReason>> = {
  'timed-out': 'timed-out',
  cancelled: 'cancelled',
  'out-of-memory': 'out-of-memory',
  lost: 'lost',
  'output-limit': 'output-limit',
  crashed: 'crashed',
  garbled: 'crashed',
};

const details: Readonly<Record<Cut['end'], string>> = {
  'timed-out': 'Lean was stopped at the time limit',
  cancelled: 'The check was given up',
  'out-of-memory': 'The sandbox ran out of memory',
  lost: 'The engine lost the sandbox',
  'output-limit': 'It wrote more than is read',
  crashed: 'The sandbox ended',
  garbled: 'Something else came than the sandbox sends',
};

function unfinished(output: ModuleOutput, cut: Cut): OwnOutcome {
  return output.unfinished(reasons[cut.end], detailOf(cut) ?? details[cut.end]);
}
