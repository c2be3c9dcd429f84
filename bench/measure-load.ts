import { AppError } from '../src/core/app-error.ts';
import type { BenchReport } from './bench-report.ts';
import { summarise } from './summary.ts';
import type { ToolCaller } from './tool-caller.ts';

const connections = 64;

/**
 * Many calls over many connections at once, of several principals; each call has an answer that no other has.
 *
 * @param callers one for each principal
 * @throws AppError `internal` when an answer is not the call's own; the signal's reason
 */
export async function measureLoad(
  callers: readonly ToolCaller[],
  calls: number,
  signal: AbortSignal,
): Promise<BenchReport['load']> {
  const times: number[] = [];
  let begun = 0;
  const work = async (connection: number): Promise<void> => {
    const caller = callers[connection % callers.length];
    while (caller !== undefined && begun < calls) {
      signal.throwIfAborted();
      begun += 1;
      const number = begun;
      const { milliseconds, result } = await caller.call('execute-lean', { code: `#eval ${number} + ${number}` });
      const said = result.diagnostics?.map(({ message }) => message.trim()).join() ?? result.outcome;
      if (said !== String(2 * number))
        throw new AppError('internal', `The answer to ${number} + ${number} was ${said}.`);
      times.push(milliseconds);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, (_, connection) => work(connection)));
  const seconds = (performance.now() - startedAt) / 1000;
  const latency = summarise(times);
  if (latency === undefined) return null;
  return { principals: callers.length, connections, calls, calls_per_second: calls / seconds, latency };
}
