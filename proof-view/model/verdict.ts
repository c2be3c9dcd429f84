/* What came of a call, in a few words: never more than is known. */
import type { StructuredAttempts } from '../../src/report/attempts-result.ts';
import type { StructuredResult } from '../../src/report/structured-result.ts';
import type { ShownResult } from './shown-call.ts';

/** `open` is neither good nor bad: something is left to do. `unknown` says nothing about the code. */
export type Tone = 'good' | 'bad' | 'open' | 'unknown' | 'busy';

export interface Verdict {
  readonly tone: Tone;
  readonly title: string;
  readonly detail?: string;
}

export function verdictOf(shown: ShownResult): Verdict {
  switch (shown.kind) {
    case 'none':
      return { tone: 'busy', title: 'Lean is at work' };
    case 'cancelled':
      return { tone: 'unknown', title: 'Cancelled', detail: 'Nothing is known about the code.' };
    case 'failure':
      return { tone: 'unknown', title: 'The call did not run' };
    case 'execution':
      return ofExecution(shown.result);
    case 'attempts':
      return ofEnd(shown.result) ?? ofAttempts(shown.result);
    case 'inspection': {
      const { found, note } = shown.result;
      const { goals_before: before, goals_after: after } = shown.result;
      const end = ofEnd(shown.result);
      if (end !== undefined) return end;
      if (!found) return { tone: 'unknown', title: 'Nothing there', ...(note !== undefined && { detail: note }) };
      if (before === undefined) return { tone: 'good', title: 'Lean’s answer' };
      const left = (after ?? before).length;
      return left === 0
        ? { tone: 'good', title: 'No goals left here' }
        : { tone: 'open', title: `${count(left, 'goal')} here` };
    }
  }
}

const unknownEnds: Readonly<Record<string, string>> = {
  'timed-out': 'Out of time',
  'out-of-memory': 'Out of memory',
  'output-limit': 'Too much output',
  crashed: 'Lean crashed',
  cancelled: 'Cancelled',
  'import-refused': 'An import was refused',
};

/** A call that did not come to its own end. */
function ofEnd({
  status,
  outcome,
  error,
}: Pick<StructuredResult, 'status' | 'outcome' | 'error'>): Verdict | undefined {
  if (status === 'success') return undefined;
  const detail = error === undefined ? {} : { detail: error };
  const title = unknownEnds[outcome];
  return title === undefined ? { tone: 'bad', title: 'No answer', ...detail } : { tone: 'unknown', title, ...detail };
}

function ofExecution(result: StructuredResult): Verdict {
  const end = result.outcome === 'completed' ? undefined : ofEnd(result);
  if (end !== undefined) return end;
  const { diagnostics = [], goals = [], truncated, exit_code: exitCode, status } = result;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const more = truncated?.diagnostics ?? 0;
  if (errors > 0) return { tone: 'bad', title: 'Lean rejects it', detail: count(errors, 'error', more) };
  if (status !== 'success') return { tone: 'bad', title: 'It failed', ...(result.error && { detail: result.error }) };
  const ran = exitCode === undefined ? undefined : `main returned ${exitCode}`;
  const sorries = goals.filter(({ origin }) => origin === 'sorry').length;
  const usesSorry = diagnostics.some(({ severity, message }) => severity === 'warning' && /\bsorry\b/.test(message));
  if (sorries > 0 || usesSorry) {
    const left = sorries > 0 ? `${count(sorries, 'goal', truncated?.goals ?? 0)} left to prove` : 'not proved yet';
    return { tone: 'open', title: 'Accepted, with sorry', detail: left };
  }
  return { tone: 'good', title: 'Lean accepts it', ...(ran !== undefined && { detail: ran }) };
}

function ofAttempts({ attempts = [], closed = [] }: StructuredAttempts): Verdict {
  const tried = count(attempts.length, 'attempt');
  if (closed.length > 0) {
    const verb = closed.length === 1 ? 'proves' : 'prove';
    return { tone: 'good', title: 'Proved', detail: `${closed.length} of ${tried} ${verb} the goal` };
  }
  return { tone: 'open', title: 'Not proved yet', detail: `${tried}, none proves the goal` };
}

/** `1 goal`, `2 goals`, `2 goals and more`. */
function count(number: number, what: string, more = 0): string {
  return `${number} ${what}${number === 1 ? '' : 's'}${more > 0 ? ' and more' : ''}`;
}

/** `12 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
