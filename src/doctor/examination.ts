/*
 * Does checks one after the other and keeps what they came to. A check names the outcomes that it needs; when one of them
 * did not pass it is skipped, and says because of which failure. No check takes longer than its time limit: one that does
 * has failed, and what it still does is left to itself.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import { Deadline } from '../core/deadline.ts';
import { makeVisible } from '../core/visible-text.ts';
import type { CheckResult, Finding } from './check.ts';
import { nextStep } from './next-step.ts';

/** The outcome of a check, for the checks that need it. */
export interface CheckOutcome<Value> {
  readonly passed: boolean;
  /** There when it passed. */
  readonly value?: Value | undefined;
  /** The check that is to blame when it did not: itself, or the one that it needed. */
  readonly blame: string;
}

type Needs = Readonly<Record<string, CheckOutcome<unknown>>>;
type ValuesOf<Needed extends Needs> = {
  readonly [Name in keyof Needed]: Needed[Name] extends CheckOutcome<infer Value> ? Value : never;
};

/** How long a check may take, in the two shapes that its work wants. */
export interface TimeLimit {
  readonly deadline: Deadline;
  /** Fires when the deadline has come or the caller gives up. */
  readonly signal: AbortSignal;
}

/** What is known of a check before it is done. */
export interface CheckPlan<Needed extends Needs> {
  readonly name: string;
  readonly needs: Needed;
  /** How long it may take, in milliseconds. */
  readonly limitMs: number;
  /** What to do when it takes longer. */
  readonly whenLate: string;
}

export interface ExaminationOptions {
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal;
  /** Called before each check that is really done. */
  readonly onStart: (name: string) => void;
  /** Called after each check, skipped ones too. */
  readonly onResult: (result: CheckResult) => void;
  /** What to type to build the image. */
  readonly buildCommand: string;
}

/** The checks done so far. */
export class Examination {
  readonly #options: ExaminationOptions;
  readonly #results: CheckResult[] = [];

  constructor(options: ExaminationOptions) {
    this.#options = options;
  }

  /** What the checks came to, in their order. */
  get results(): readonly CheckResult[] {
    return this.#results;
  }

  /**
   * Does a check, unless something that it needs is missing. What the work throws makes it fail.
   *
   * @throws the signal's reason when the caller gives up
   */
  async check<Value, Needed extends Needs>(
    plan: CheckPlan<Needed>,
    work: (needed: ValuesOf<Needed>, timeLimit: TimeLimit) => Finding<Value> | Promise<Finding<Value>>,
  ): Promise<CheckOutcome<Value>> {
    const { name, needs } = plan;
    const missing = Object.values(needs).find(({ passed }) => !passed);
    if (missing !== undefined) {
      this.#record({ name, verdict: 'skipped', detail: `${missing.blame} did not pass` });
      return { passed: false, blame: missing.blame };
    }
    this.#options.onStart(name);
    const values = Object.fromEntries(Object.entries(needs).map(([need, { value }]) => [need, value]));
    const finding = await this.#withinLimit(plan, (timeLimit) => work(values as ValuesOf<Needed>, timeLimit));
    if (finding.verdict === 'failed' || finding.verdict === 'skipped') {
      this.#record({ name, ...finding });
      return { passed: false, blame: name };
    }
    const { value, ...result } = finding;
    this.#record({ name, ...result });
    return { passed: true, value, blame: name };
  }

  async #withinLimit<Value>(
    { limitMs, whenLate }: CheckPlan<Needs>,
    work: (timeLimit: TimeLimit) => Finding<Value> | Promise<Finding<Value>>,
  ): Promise<Finding<Value>> {
    const { signal, buildCommand } = this.#options;
    signal.throwIfAborted();
    using deadline = new Deadline(limitMs, signal);
    try {
      const found = await deadline.race((async () => await work({ deadline, signal: deadline.signal }))());
      if ('value' in found) return found.value;
    } catch (error) {
      if (!deadline.signal.aborted) return describeFailure(error, buildCommand);
    }
    signal.throwIfAborted();
    return { verdict: 'failed', detail: `no answer within ${limitMs / 1000} s`, next: whenLate };
  }

  #record(result: CheckResult): void {
    // Much of it was said by engines and images.
    const shown = {
      ...result,
      detail: makeVisible(result.detail),
      ...(result.next !== undefined && { next: makeVisible(result.next) }),
    };
    this.#results.push(shown);
    this.#options.onResult(shown);
  }
}

function describeFailure(error: unknown, buildCommand: string): Finding<never> {
  if (error instanceof AppError) {
    return { verdict: 'failed', detail: error.message, next: nextStep(error, buildCommand) };
  }
  return {
    verdict: 'failed',
    detail: `a fault in lean-docker-mcp: ${messageOf(error)}`,
    next: 'Report this fault, with the output of `lean-docker-mcp doctor --json`.',
  };
}
