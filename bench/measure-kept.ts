/*
 * One Lean process for each header, which stays: what a text costs when it pays for nothing but Lean's work on it. No pool,
 * no protocol, and no sandbox of its own.
 */
import { AppError } from '../src/core/app-error.ts';
import { Deadline } from '../src/core/deadline.ts';
import { ReadingTurns } from '../src/core/reading-turns.ts';
import { SandboxKinds } from '../src/execution/sandbox-kind.ts';
import { LeanServer } from '../src/lean/lean-server.ts';
import type { Lean } from '../src/lean/lean.ts';
import { startLean } from '../src/lean/start-lean.ts';
import { elaboratorMissing } from '../src/lean/toolchain.ts';
import type { BenchGround } from './bench-ground.ts';
import { definesMain, headerOf, patienceS, type BenchProgram } from './bench-program.ts';
import type { BenchReport } from './bench-report.ts';

const output = { keepBytes: 64 * 1024, stopBytes: 16 * 1024 * 1024 };
/** The first that reads a library is charged for it, however many use it. */
const sandboxesMeasured = 2;

/** The processes. Disposing ends them. */
export class KeptLeans implements AsyncDisposable {
  readonly #ground: BenchGround;
  readonly #leans = new Map<string, Lean>();

  constructor(ground: BenchGround) {
    this.#ground = ground;
  }

  /**
   * @returns milliseconds from the request to the end of the text and its program; `undefined` where this Lean runs none
   * @throws AppError `internal` when Lean does not accept it
   */
  async measure(program: BenchProgram, signal: AbortSignal): Promise<number | undefined> {
    const lean = await this.#for(program, signal);
    const runs = definesMain(program);
    if (runs && !lean.runsPrograms) return undefined;
    using deadline = new Deadline(patienceS * 1000, signal);
    const startedAt = performance.now();
    const text = { text: program.code, ...(runs && { program: { args: [], stdin: '' }, goesOn: true }) };
    const elaboration = await lean.elaborate(text, deadline);
    const ran = elaboration.end === 'finished' ? await elaboration.program : undefined;
    const milliseconds = performance.now() - startedAt;
    lean.takeOutput();
    if (elaboration.end === 'finished' && elaboration.accepted && (!runs || ran?.end === 'finished'))
      return milliseconds;
    throw new AppError('internal', `${program.name} ended as ${ran?.end ?? elaboration.end} in a kept process.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#leans.values()].map((lean) => lean[Symbol.asyncDispose]()));
  }

  async #for(program: BenchProgram, signal: AbortSignal): Promise<Lean> {
    const header = headerOf(program);
    const lean = this.#leans.get(header) ?? (await waitingLean(this.#ground, header, 'lean', signal));
    this.#leans.set(header, lean);
    return lean;
  }
}

/** What a sandbox holds while it waits, by its header and by the Lean in it; in bytes. */
export async function measureWaiting(ground: BenchGround, signal: AbortSignal): Promise<BenchReport['waiting']> {
  const hasElaborator = elaboratorMissing(ground.launch.toolchain) === undefined;
  const usage = async (header: string, kind: 'lean' | 'questions'): Promise<number> => {
    const seen: number[] = [];
    for (let sandboxes = 0; sandboxes < sandboxesMeasured; sandboxes += 1) {
      await using lean = await waitingLean(ground, header, kind, signal);
      seen.push((await lean.memoryUsage()) ?? 0);
    }
    return Math.min(...seen);
  };
  const measured: BenchReport['waiting'][number][] = [];
  for (const header of ['', 'import Lean\n']) {
    measured.push({
      header: header.trim(),
      elaborator: hasElaborator ? await usage(header, 'lean') : null,
      language_server: await usage(header, 'questions'),
    });
  }
  return measured;
}

/** A Lean as the pool has it ready. @param kind `questions`: a language server, whatever the image has */
async function waitingLean(
  { driver, launch }: BenchGround,
  header: string,
  kind: 'lean' | 'questions',
  signal: AbortSignal,
): Promise<Lean> {
  const turns = new ReadingTurns();
  const kinds = new SandboxKinds({
    driver,
    startLean: (of, stop) => startLean(driver, of, output, turns, stop),
    startQuestions: (of, stop) => LeanServer.start(driver, of, output, turns, stop),
    currentLaunch: () => Promise.resolve(launch),
    output,
  });
  return await kinds.lean('bench', header, kind).make(signal);
}
