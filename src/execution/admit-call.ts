import { checkTextImports } from '../projects/compiled-files.ts';
import type { ProjectFiles } from '../projects/project.ts';
import { Call, type CallEnvironment } from './call.ts';
import type { CallContext, Outcome, Timings } from './execution-service.ts';
import { timed, type Gate } from './gate.ts';
import { Stopwatch } from './stopwatch.ts';

/** The result of a call for which Lean did nothing. */
export type EarlyEnd = Extract<Outcome, { readonly outcome: 'import-refused' | 'cancelled' }> & {
  readonly diagnostics: readonly [];
  readonly timings: Timings;
};

/** What a call brings, and what it can import besides what the image has. */
export interface AdmittedText {
  readonly code: string;
  readonly files: ProjectFiles;
}

/**
 * What every call goes through: the image, the import policy, its turn, another try when the engine loses a sandbox, and
 * the end when the caller gives up.
 *
 * @throws AppError `busy`, or that there is no image; what the work throws
 */
export async function admitCall<Result extends object>(
  { code, files }: AdmittedText,
  environment: CallEnvironment,
  gate: Gate,
  context: CallContext,
  work: (call: Call) => Promise<Result>,
): Promise<Result | EarlyEnd> {
  const stopwatch = new Stopwatch();
  const early = (): Pick<EarlyEnd, 'diagnostics' | 'timings'> => ({ diagnostics: [], timings: stopwatch.read() });
  try {
    // What may be imported depends on the image, and how many calls run at once on what its sandboxes get.
    const found = await environment.launch(context);
    const decision = checkTextImports(code, files, environment.policy(found));
    if (!decision.allowed) return { outcome: 'import-refused', message: decision.message, ...early() };
    return await timed(gate, stopwatch).admit(
      async () => {
        const begin = async (): Promise<Result> =>
          await work(new Call(environment, await environment.launch(context), context, stopwatch));
        const result = await begin();
        if (!('lost' in result)) return result;
        environment.logger.warn('The engine lost a sandbox; trying once more in another one');
        return await begin();
      },
      context.signal,
      found.jail.limits,
    );
  } catch (error) {
    if (context.signal.aborted) return { outcome: 'cancelled', ...early() };
    throw error;
  }
}
