import type { CallEnvironment } from './call-environment.ts';
import type { CallContext, Outcome } from './execution-service.ts';
import type { Gate } from './gate.ts';
import { refusedImport } from './run-once.ts';
import { Stopwatch } from './stopwatch.ts';

/** How a call ends for which Lean does nothing. */
export type EarlyEnd = Extract<Outcome, { readonly outcome: 'import-refused' | 'cancelled' }>;

/**
 * What every call goes through: the image, the import policy, its turn, and the end when the caller gives up.
 *
 * @param without makes a result of a call for which Lean does nothing
 * @throws AppError `busy`, or that there is no image; what the work throws
 */
export async function admitCall<Result>(
  code: string,
  environment: CallEnvironment,
  gate: Gate,
  context: CallContext,
  work: (stopwatch: Stopwatch) => Promise<Result>,
  without: (end: EarlyEnd, stopwatch: Stopwatch) => Result,
): Promise<Result> {
  const stopwatch = new Stopwatch();
  try {
    // What may be imported depends on the image, and how many calls run at once on what its sandboxes get.
    const launch = await environment.launch(context);
    const refusal = refusedImport(code, environment.policy(launch));
    if (refusal !== undefined) return without(refusal, stopwatch);
    stopwatch.beginQueue();
    return await gate.admit(() => {
      stopwatch.endQueue();
      return work(stopwatch);
    }, context.signal);
  } catch (error) {
    if (context.signal.aborted) return without({ outcome: 'cancelled' }, stopwatch);
    throw error;
  }
}
