/** Judges that many attacks share. */
import { isError } from '../lean/diagnostic.ts';
import type { StructuredResult } from '../report/structured-result.ts';
import { contained, notCarriedOut, notContained, type Attack, type AttackSetting, type Judgement } from './attack.ts';

type OutcomeName = StructuredResult['outcome'];

/** The last line of a script that did all that it wanted to. */
export const endMark = 'end of attack';

/** What a result came to, in a few words. */
export function describe(result: StructuredResult | undefined): string {
  if (result === undefined) return 'nothing';
  const exit = result.exit_code === undefined ? '' : ` with exit code ${result.exit_code}`;
  const rejected = result.diagnostics?.find(isError);
  return `${result.outcome}${exit}${rejected === undefined ? '' : `, Lean: ${firstLine(rejected.message)}`}`;
}

/** The attack must be ended from outside, in one of these ways. */
export function mustEndAs(...outcomes: readonly OutcomeName[]) {
  return ([result]: readonly StructuredResult[]): Judgement => {
    if (result === undefined) return notCarriedOut('no result');
    if (result.status === 'success') return notContained(`reported as a success: ${describe(result)}`);
    if (outcomes.includes(result.outcome)) return contained(describe(result));
    return notCarriedOut(`${describe(result)} instead of ${outcomes.join(' or ')}`);
  };
}

/** The attack may end in many ways, but not as a success. */
export function mustNotSucceed([result]: readonly StructuredResult[]): Judgement {
  if (result === undefined) return notCarriedOut('no result');
  return result.status === 'success' ? notContained('reported as a success') : contained(describe(result));
}

/** The memory limit ended it, or the other judge decides. */
export function mustRunOutOfMemoryOr(judge: Attack['judge']): Attack['judge'] {
  return (results, setting) =>
    results[0]?.outcome === 'out-of-memory' ? mustEndAs('out-of-memory')(results) : judge(results, setting);
}

/** What gVisor's kernel ends with when it gets no more threads: the exit code of a Go program that cannot go on. */
const exitCodeOfKernel = 2;

/**
 * A kernel of the sandbox's own lives within the sandbox's limits, and ends with all that is in it when they are reached.
 * That counts if the attack had begun. Otherwise the other judge decides.
 *
 * @param begun what the attack printed by then, with a number
 */
export function mayEndWithItsKernel(begun: RegExp, judge: Attack['judge']): Attack['judge'] {
  return (results, setting) => {
    const [result] = results;
    const last = [...(result?.stdout ?? '').matchAll(begun)].at(-1)?.[0];
    return setting.hasOwnKernel && result?.exit_code === exitCodeOfKernel && last !== undefined
      ? contained(`${last}, then the sandbox ended with its kernel`)
      : judge(results, setting);
  };
}

/**
 * The script came to its end, and each of its attempts was refused. It prints a line for each: `refused NAME: why`, or
 * `DONE NAME` for one that worked.
 */
export function mustRefuseAll(results: readonly StructuredResult[]): Judgement {
  const lines = results.flatMap(({ stdout = '' }) => stdout.split('\n'));
  const done = lines.flatMap((line) => /^DONE (.*)$/.exec(line)?.[1] ?? []);
  if (done.length > 0) return notContained(`it could: ${summary(done)}`);
  const unfinished = results.find((result) => !hasEnded(result));
  if (unfinished !== undefined) return notCarriedOut(`${describe(unfinished)} ${firstLine(unfinished.stderr ?? '')}`);
  const refusals = lines.flatMap((line) => /^refused (.*): ([^:]*)$/.exec(line)?.slice(1, 3) ?? []);
  if (refusals.length === 0) return notCarriedOut('it tried nothing');
  const reasons = new Set(refusals.filter((reason, index) => index % 2 === 1 && reason !== ''));
  return contained(`refused ${times(refusals.length / 2)}${reasons.size === 0 ? '' : `: ${summary([...reasons])}`}`);
}

/** The same, where a kernel of the sandbox's own may grant what the host's kernel must not. */
export function mustRefuseAllOnHost(results: readonly StructuredResult[], setting: AttackSetting): Judgement {
  const judgement = mustRefuseAll(results);
  if (judgement.verdict !== 'not-contained' || !setting.hasOwnKernel) return judgement;
  return results.every(hasEnded)
    ? contained(`granted by the sandbox's own kernel: ${judgement.happened.replace('it could: ', '')}`)
    : judgement;
}

/**
 * The same, where a kernel of the sandbox's own may grant certain attempts.
 *
 * @param granted matches their names
 */
export function mustRefuseAllBut(granted: RegExp): Attack['judge'] {
  return (results, setting) => {
    if (!setting.hasOwnKernel) return mustRefuseAll(results);
    const isGranted = (line: string): boolean => line.startsWith('DONE ') && granted.test(line.slice('DONE '.length));
    const lines = results.flatMap(({ stdout = '' }) => stdout.split('\n'));
    const names = new Set(lines.filter(isGranted).map((line) => line.slice('DONE '.length)));
    const others = results.map((result) => ({
      ...result,
      stdout: (result.stdout ?? '')
        .split('\n')
        .filter((line) => !isGranted(line))
        .join('\n'),
    }));
    const judgement = mustRefuseAll(others);
    if (names.size === 0 || judgement.verdict !== 'contained') return judgement;
    return contained(`${judgement.happened}; granted by the sandbox's own kernel: ${summary([...names])}`);
  };
}

/** The script printed numbers, `NAME NUMBER …` on a line, and none is over its limit. */
export function mustCountAtMost(limits: (setting: AttackSetting) => Readonly<Record<string, number>>) {
  return (results: readonly StructuredResult[], setting: AttackSetting): Judgement => {
    const output = results.map(({ stdout = '' }) => stdout).join('');
    const counted: string[] = [];
    for (const [name, limit] of Object.entries(limits(setting))) {
      for (const [line, count] of output.matchAll(new RegExp(`^${name} ([\\d.]+).*$`, 'gm'))) {
        if (Number(count) > limit) return notContained(`${line}, and ${limit} is the limit`);
        counted.push(line);
      }
      if (!new RegExp(`^${name} \\d`, 'm').test(output)) {
        return notCarriedOut(`${describe(results[0])} ${firstLine(results[0]?.stderr ?? '')}`);
      }
    }
    return contained(summary(counted));
  };
}

/** All judges in turn; the first that does not say `contained` has the last word. */
export function all(
  ...judges: readonly ((results: readonly StructuredResult[], setting: AttackSetting) => Judgement)[]
) {
  return (results: readonly StructuredResult[], setting: AttackSetting): Judgement => {
    const judgements = judges.map((judge) => judge(results, setting));
    return (
      judgements.find(({ verdict }) => verdict === 'not-contained') ??
      judgements.find(({ verdict }) => verdict === 'not-carried-out') ??
      contained(judgements.map(({ happened }) => happened).join('; '))
    );
  };
}

export function hasEnded({ outcome, stdout = '' }: StructuredResult): boolean {
  return outcome === 'completed' && stdout.includes(endMark);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

const maxShown = 6;

function summary(items: readonly string[]): string {
  const more = items.length > maxShown ? [`and ${items.length - maxShown} more`] : [];
  return [...items.slice(0, maxShown), ...more].join(', ');
}

/**
 * Whether messages in the name of Lean arrived as output that the code printed: an elaborator has a channel of its own, and
 * does not speak on stdout.
 */
export function isOnlyOutput(result: StructuredResult | undefined): boolean {
  const hasMessages = (result?.diagnostics ?? []).length > 0;
  return !hasMessages && (result?.stdout ?? '').includes('textDocument/publishDiagnostics');
}
