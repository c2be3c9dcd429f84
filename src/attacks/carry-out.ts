/*
 * Carries attacks out, one after another, through the service that every caller uses, and adds to the judge's word what
 * must hold after any attack: each call was answered within its time limit, what was cut short was not called a success,
 * the engine and this process have in use what they had before, and another caller's calls, meanwhile and right
 * after, gave their normal answer.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import type { SessionId } from '../core/ids.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import type { CallContext, ExecutionService } from '../execution/execution-service.ts';
import type { ProjectService } from '../execution/project-service.ts';
import type { SessionService } from '../execution/session-service.ts';
import type { VerifyService } from '../execution/verify-service.ts';
import { isError } from '../lean/diagnostic.ts';
import { toStructured, type ReportLimits, type StructuredResult } from '../report/structured-result.ts';
import type { Attack, AttackSetting, AttackStep, Judgement } from './attack.ts';
import { notCarriedOut, notContained } from './attack.ts';
import { tryProject, type ProjectAttack } from './project-attack.ts';
import { tryCheat, type ProofAttack } from './proof-attack.ts';
import { canary } from './lean-programs.ts';
import { readVitals, returnToBaseline } from './vitals.ts';
import { realWatch, type Watch } from './watch.ts';

/** What is attacked. */
export interface AttackTarget {
  readonly service: ExecutionService;
  readonly sessions: Pick<SessionService, 'close'>;
  readonly verify: VerifyService;
  readonly projects: Pick<ProjectService, 'check'>;
  readonly report: ReportLimits;
  readonly setting: AttackSetting;
  /** How many containers of this program there are now. */
  readonly countContainers: () => Promise<number>;
}

/** An attack of any kind. */
export type AnyAttack = Attack | ProofAttack | ProjectAttack;

export interface AttackReport extends Judgement {
  readonly id: string;
  readonly tried: string;
  readonly milliseconds: number;
}

/** How much later than its time limit a call may be answered, in milliseconds. */
const latenessLimitMs = 2000;
const canaryTimeoutMs = 60_000;

/** @throws the signal's reason */
export async function carryOut(
  attack: AnyAttack,
  target: AttackTarget,
  signal: AbortSignal,
  watch: Watch = realWatch,
): Promise<AttackReport> {
  const { id, tried } = attack;
  const startedAt = watch.now();
  const judgement = await judge(attack, target, signal, watch).catch((error: unknown) => {
    signal.throwIfAborted();
    return notCarriedOut(error instanceof AppError ? error.message : messageOf(error));
  });
  signal.throwIfAborted();
  return { id, tried, ...judgement, milliseconds: Math.round(watch.now() - startedAt) };
}

async function judge(attack: AnyAttack, target: AttackTarget, signal: AbortSignal, watch: Watch): Promise<Judgement> {
  const baseline = await readVitals(target.countContainers);
  using turns = watch.observeTurns();
  const [{ judgement, problemOfSteps }, problemOfOther] = await Promise.all([
    attackBy(attack, target, signal, watch),
    callOfSomebodyElse(target, signal),
  ]);
  const problemAfterwards = await callOfSomebodyElse(target, signal);
  const longestTurn = turns.longest;
  const problem =
    problemOfOther ??
    (problemAfterwards && `afterwards, ${problemAfterwards}`) ??
    problemOfSteps ??
    (longestTurn > latenessLimitMs ? `the server did nothing else for ${Math.round(longestTurn)} ms` : undefined) ??
    (await returnToBaseline(baseline, target.countContainers, watch));
  return problem === undefined ? judgement : notContained(`${problem}; ${judgement.happened}`);
}

interface Attacked {
  readonly judgement: Judgement;
  readonly problemOfSteps?: string | undefined;
}

async function attackBy(attack: AnyAttack, target: AttackTarget, signal: AbortSignal, watch: Watch): Promise<Attacked> {
  if ('steps' in attack) return await attackByCode(attack, target, signal, watch);
  const judgement =
    'files' in attack
      ? await tryProject(attack, target.projects, signal)
      : await tryCheat(attack, target.verify, signal);
  return { judgement };
}

async function attackByCode(
  attack: Attack,
  target: AttackTarget,
  signal: AbortSignal,
  watch: Watch,
): Promise<Attacked> {
  const taken = await takeSteps(attack, target, signal, watch);
  const results = taken.map(({ result }) => result);
  return {
    judgement: attack.judge(results, target.setting),
    problemOfSteps: taken.map(problemOfStep).find((text) => text !== undefined),
  };
}

interface StepTaken {
  readonly step: AttackStep;
  readonly result: StructuredResult;
  /** Without the time that it waited for its turn and for a sandbox. */
  readonly milliseconds: number;
}

async function takeSteps(
  attack: Attack,
  target: AttackTarget,
  signal: AbortSignal,
  watch: Watch,
): Promise<readonly StepTaken[]> {
  const sessions = new Map<string, SessionId>();
  const take = async (step: AttackStep): Promise<StepTaken> => {
    const { code, args = [], stdin = '', timeoutS, session, cancelAfterMs } = step;
    const sources = cancelAfterMs === undefined ? [signal] : [signal, AbortSignal.timeout(cancelAfterMs)];
    using caller = new JoinedSignal(sources);
    const context: CallContext = { signal: caller.signal, onProgress: () => undefined };
    const request = { code, args, stdin, timeoutMs: timeoutS * 1000 };
    const startedAt = watch.now();
    const known = session === undefined ? undefined : sessions.get(session);
    const result =
      session === undefined
        ? await target.service.runCode(request, context)
        : await target.service.runInSession({ ...request, ...(known && { sessionId: known }) }, context);
    const elapsed = watch.now() - startedAt;
    if (session !== undefined && result.session !== undefined) sessions.set(session, result.session.sessionId);
    const { queue, sandbox } = result.timings;
    return { step, result: toStructured(result, target.report), milliseconds: elapsed - queue - sandbox };
  };
  try {
    if (attack.isSideBySide === true) return await Promise.all(attack.steps.map(take));
    const taken: StepTaken[] = [];
    for (const step of attack.steps) taken.push(await take(step));
    return taken;
  } finally {
    await Promise.all([...sessions.values()].map((id) => target.sessions.close(id)));
  }
}

/** What is wrong about an answer, whatever the attack was. */
function problemOfStep({ step, result, milliseconds }: StepTaken): string | undefined {
  const { timeoutS, cancelAfterMs } = step;
  const late = Math.round(milliseconds - (cancelAfterMs ?? timeoutS * 1000));
  const end = cancelAfterMs === undefined ? 'its time limit' : 'it was cancelled';
  if (late > latenessLimitMs) return `answered ${late} ms after ${end}`;
  if (result.status === 'success' && result.outcome !== 'completed') return `${result.outcome} was called a success`;
  if (result.status === 'error' && (result.error ?? '') === '') return 'an error without a reason';
  return undefined;
}

/** A call of somebody else: a true theorem and a false one. @returns what is wrong about its answer */
async function callOfSomebodyElse(target: AttackTarget, signal: AbortSignal): Promise<string | undefined> {
  const request = { code: canary.code, args: [], stdin: '', timeoutMs: canaryTimeoutMs };
  const result = await target.service.runCode(request, { signal, onProgress: () => undefined });
  const lines = result.diagnostics.filter(isError).map(({ start }) => start.line);
  const [first, last] = canary.errorLines;
  const isRight =
    result.outcome === 'completed' && lines.length > 0 && lines.every((line) => line >= first && line <= last);
  return isRight
    ? undefined
    : `another caller's call was ${result.outcome} with errors at lines ${lines.join(', ') || 'none'}`;
}
