import { formatBytes } from '../core/bytes.ts';
import { headlineOf, isError } from '../lean/diagnostic.ts';
import type { ExecutionResult, NotCompleted } from '../execution/execution-service.ts';

/** Facts that the advice in an explanation needs. */
export interface Explanation {
  /** The longest run time that a call may ask for, in milliseconds. */
  readonly maxTimeoutMs: number;
}

/** Why a result is no success, and what to do next, in one line. */
export function explain(result: ExecutionResult, facts: Explanation): string {
  const why = result.outcome === 'completed' ? explainCompleted(result) : explainEnd(result, facts);
  return result.advice === undefined ? why : `${why.endsWith('.') ? why : `${why}.`} ${result.advice}`;
}

/** Why Lean did not come to the end, and what to do next, in one line. */
export function explainEnd(result: NotCompleted, facts: Explanation): string {
  switch (result.outcome) {
    case 'import-refused':
      return result.message;
    case 'timed-out': {
      const more =
        result.limitMs < facts.maxTimeoutMs
          ? `ask for more with timeout (at most ${seconds(facts.maxTimeoutMs)})`
          : 'split it';
      return `Stopped at the time limit of ${seconds(result.limitMs)}: it is not known whether Lean would accept the code. Make it cheaper, or ${more}.`;
    }
    case 'out-of-memory':
      return `The sandbox ran out of its ${formatBytes(result.limit)} of memory, so it is not known whether Lean would accept the code. Use less, or have docker.memory_limit raised.`;
    case 'output-limit':
      if (result.detail !== undefined) {
        return `Stopped, so it is not known whether Lean would accept the code. ${result.detail}. Print less: what #eval and the like say counts, too.`;
      }
      return `Stopped because it wrote more than ${formatBytes(result.limit)}. Print less.`;
    case 'crashed':
      return `It is not known whether Lean would accept the code: ${result.detail}. ${afterCrash(result)}`;
    case 'cancelled':
      return 'Cancelled by the caller.';
  }
}

function afterCrash({ lost, garbled }: NotCompleted & { readonly outcome: 'crashed' }): string {
  if (lost === true) return 'Call again.';
  if (garbled === true) {
    return 'Do not write to stdout what looks like the messages of Lean’s server, nor let processes that you start do so.';
  }
  return 'Deep recursion and IO.Process.exit end it like this.';
}

function explainCompleted(result: ExecutionResult & { readonly outcome: 'completed' }): string {
  const errors = result.diagnostics.filter(isError);
  const [first] = errors;
  if (first !== undefined) {
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors, the first`;
    const { line, column } = first.start;
    const where = first.file === undefined ? '' : ` in ${first.file}`;
    return `Lean rejected the code: ${count}${where} at line ${line}, column ${column}: ${headlineOf(first)}`;
  }
  if (result.problem !== undefined) return `${result.problem}.`;
  return `The program returned exit code ${result.exitCode ?? 'unknown'}.`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
