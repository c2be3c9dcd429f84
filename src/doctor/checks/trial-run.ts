import { formatBytes } from '../../core/bytes.ts';
import { isSuccess, type ExecutionResult } from '../../execution/execution-service.ts';
import type { Finding } from '../check.ts';
import type { TimeLimit } from '../examination.ts';
import { exportCommand } from '../next-step.ts';
import type { ConfiguredProgram } from '../surroundings.ts';

const code = '#eval 1 + 1\n';
const answer = '2';
/** A call on a machine that is fit for it takes less, in milliseconds. */
const slow = 2000;

/** Code runs, all the way that a call takes. */
export async function checkTrialRun(
  { service }: Pick<ConfiguredProgram, 'service'>,
  timeoutMs: number,
  buildCommand: string,
  { signal }: TimeLimit,
): Promise<Finding> {
  const result = await service.runCode(
    { code, args: [], stdin: '', timeoutMs },
    { signal, onProgress: () => undefined },
  );
  return judgeTrial(result, buildCommand);
}

/** Whether the trial came out as it should, and how long it took. */
export function judgeTrial(result: ExecutionResult, buildCommand: string): Finding {
  const { sandbox, elaborate, total } = result.timings;
  const answered = result.diagnostics.some(
    ({ severity, message }) => severity === 'information' && message.trim() === answer,
  );
  if (!isSuccess(result) || !answered) {
    return {
      verdict: 'failed',
      detail: `#eval 1 + 1: ${describeFailure(result)}`,
      next:
        result.outcome === 'out-of-memory' ? exportCommand('MEMORY_LIMIT', `${doubled(result.limit)}m`) : buildCommand,
    };
  }
  const took = `#eval 1 + 1 gave ${answer} in ${total} ms (sandbox ${sandbox} ms, Lean ${elaborate} ms)`;
  if (total <= slow) return { verdict: 'ok', detail: took, value: undefined };
  const share = sandbox > elaborate ? 'making the sandbox takes most of it' : 'Lean takes most of it';
  return { verdict: 'warning', detail: `${took}, which is longer than ${slow / 1000} s; ${share}`, value: undefined };
}

function describeFailure(result: ExecutionResult): string {
  const said = result.diagnostics.map(({ severity, message }) => `${severity}: ${message.trim()}`).join('; ');
  switch (result.outcome) {
    case 'completed':
      return said === '' ? (result.problem ?? 'Lean gave no answer') : `Lean answered ${said}`;
    case 'timed-out':
      return `no answer within ${result.limitMs / 1000} s`;
    case 'out-of-memory':
      return `${formatBytes(result.limit)} of memory were not enough`;
    case 'crashed':
      return result.detail;
    case 'import-refused':
      return result.message;
    case 'output-limit':
    case 'cancelled':
      return result.outcome;
  }
}

function doubled(bytes: number): number {
  return Math.ceil((2 * bytes) / 1024 ** 2);
}
