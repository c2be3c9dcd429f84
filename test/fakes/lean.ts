import type { KeptText } from '../../src/core/bounded-text.ts';
import type { Deadline } from '../../src/core/deadline.ts';
import type { Declaration } from '../../src/lean/declaration.ts';
import { isError, noGoals, type Diagnostic, type OpenGoals } from '../../src/lean/diagnostic.ts';
import type { LeanLaunch } from '../../src/lean/lean-launch.ts';
import type { Cut, Elaboration, Lean, LeanText, Output } from '../../src/lean/lean.ts';
import type { Questions } from '../../src/lean/questions.ts';
import { readHeader } from '../../src/lean/source/header.ts';
import { LineIndex } from '../../src/lean/source/line-index.ts';
import { someLaunch } from './sandbox.ts';

/** What a line of a text has this Lean do. */
interface Reaction {
  readonly message?: Pick<Diagnostic, 'severity' | 'message'>;
  readonly printed?: string;
  readonly cut?: Cut;
  readonly hangs?: true;
}

/** What it makes of a line; the first that fits. Lines that fit none are accepted without a word. */
const reactions: readonly (readonly [RegExp, (found: RegExpExecArray) => Reaction])[] = [
  [/^#eval (\d+)$/, ([, said = '']) => ({ message: { severity: 'information', message: said } })],
  [/^def \w+ : Nat := "/, () => ({ message: { severity: 'error', message: 'type mismatch' } })],
  [/:= sorry$/, () => ({ message: { severity: 'warning', message: "declaration uses 'sorry'" } })],
  [/"echo raw output"/, () => ({ printed: 'raw output\n' })],
  [/IO\.Process\.exit/, () => ({ cut: { end: 'crashed', detail: 'it ended' } })],
  [/^#eval spin /, () => ({ hangs: true })],
];

/**
 * A Lean without a process: it knows a few lines of Lean, and plays what a test wants it to play. It keeps to the contract
 * as the others do, which `lean.test.ts` beside the contract shows.
 */
export class FakeLean implements Lean {
  readonly launch: LeanLaunch;
  readonly runsPrograms: boolean;
  readonly ended: Promise<void>;
  /** The texts that it was given. */
  readonly texts: string[] = [];
  /** Those of them that others are to go on from. */
  readonly kept: string[] = [];
  hasEnded = false;
  disposals = 0;
  #declarations: readonly Declaration[] = [];
  #printed = '';
  #end: () => void = () => undefined;

  /** @param runsPrograms whether it runs programs, of which each prints the same and ends with 0 */
  constructor(launch: LeanLaunch = someLaunch, runsPrograms = false) {
    this.launch = launch;
    this.runsPrograms = runsPrograms;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Something writes to its stdout. */
  print(text: string): void {
    this.#printed += text;
  }

  /** The process ends. */
  end(): void {
    this.hasEnded = true;
    this.#end();
  }

  async prepare(header: string, deadline: Deadline): Promise<Elaboration> {
    return await this.elaborate({ text: header }, deadline);
  }

  async elaborate({ text, newFrom = 0, program, goesOn = false }: LeanText, deadline: Deadline): Promise<Elaboration> {
    this.texts.push(text);
    if (goesOn) this.kept.push(text);
    if (this.hasEnded) return { end: 'crashed', diagnostics: [] };
    const lines = new LineIndex(text);
    const diagnostics: Diagnostic[] = [];
    const [imported] = readHeader(text).imports;
    if (imported !== undefined && !this.launch.toolchain.libraries.includes(imported.module)) {
      const start = lines.leanPosition(0);
      return { end: 'header-failed', diagnostics: [{ severity: 'error', message: 'unknown', start, end: start }] };
    }
    for (const { 0: line, index } of text.matchAll(/^.*$/gm)) {
      const { message, printed = '', cut, hangs } = reactionTo(line);
      this.print(printed);
      if (message !== undefined) {
        const [start, end] = [lines.leanPosition(index), lines.leanPosition(index + line.length)];
        diagnostics.push({ ...message, start, end });
      }
      const end = hangs === true ? await this.#hang(deadline) : cut;
      if (cut !== undefined) this.end();
      if (end !== undefined) return { ...end, diagnostics };
    }
    this.#declarations = [...text.matchAll(/^(?:def|theorem) (\w+).*$/gm)].flatMap(({ 0: line, 1: name, index }) =>
      index < newFrom ? [] : { name, start: index, end: index + line.length, nameStart: index + line.indexOf(' ') + 1 },
    );
    const accepted = !diagnostics.some(isError);
    const elaboration = { end: 'finished', accepted, diagnostics } as const;
    return accepted && program !== undefined ? { ...elaboration, program: ranHere } : elaboration;
  }

  async #hang(deadline: Deadline): Promise<Cut> {
    const end = await deadline.race(this.ended);
    return { end: 'stopped' in end ? end.stopped : 'crashed' };
  }

  /** Each `sorry` stands for a term of which the same is wanted. */
  get questions(): Questions {
    const text = this.texts.at(-1) ?? '';
    const nothing = (): Promise<undefined> => Promise.resolve(undefined);
    return {
      goals: nothing,
      termGoal: (start) => {
        const piece = { start, end: start + 'sorry'.length };
        return Promise.resolve(text.startsWith('sorry', start) ? { goal: '⊢ 1 = 1', piece } : undefined);
      },
      hover: (offset) => Promise.resolve({ markdown: text.charAt(offset) }),
      completions: () => Promise.resolve([]),
      definitions: () => Promise.resolve([]),
    };
  }

  openGoals(): Promise<OpenGoals> {
    return Promise.resolve(noGoals);
  }

  declarations(): Promise<readonly Declaration[]> {
    return this.hasEnded ? Promise.reject(new Error('it has ended')) : Promise.resolve(this.#declarations);
  }

  takeOutput(): Output {
    const stdout: KeptText = { text: this.#printed, omittedBytes: 0 };
    this.#printed = '';
    return { stdout, stderr: { text: '', omittedBytes: 0 } };
  }

  dropLeftOvers(): Promise<boolean> {
    this.#printed = '';
    return Promise.resolve(!this.hasEnded);
  }

  memoryUsage(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.disposals += 1;
    this.end();
    return Promise.resolve();
  }
}

const ranHere = Promise.resolve({
  end: 'finished',
  exitCode: 0,
  stdout: { text: 'ran here\n', omittedBytes: 0 },
  stderr: { text: '', omittedBytes: 0 },
} as const);

function reactionTo(line: string): Reaction {
  for (const [pattern, react] of reactions) {
    const found = pattern.exec(line);
    if (found !== null) return react(found);
  }
  return {};
}
