import type { LeanServer } from '../lean/lean-server.ts';
import { checkImports } from '../lean/source/import-policy.ts';
import { readHeader } from '../lean/source/header.ts';
import { findMain } from '../lean/source/main-definition.ts';
import { disposeLater, type CallEnvironment } from './call-environment.ts';
import { CallLimits } from './call-limits.ts';
import { checkAndRun } from './check-and-run.ts';
import type { CallContext, CodeRequest, ExecutionResult, Outcome } from './execution-service.ts';
import { startMissing, startServer } from './sandbox-pair.ts';
import { Stopwatch } from './stopwatch.ts';

const nothing = { text: '', omittedBytes: 0 };

/** A result without any work of Lean in it. */
export function resultWithoutLean(outcome: Outcome, stopwatch: Stopwatch): ExecutionResult {
  return { ...outcome, diagnostics: [], stdout: nothing, stderr: nothing, timings: stopwatch.read() };
}

/** The refusal of the code's imports, if the policy refuses one. */
export function refusedImport(code: string, environment: CallEnvironment): Outcome | undefined {
  const decision = checkImports(readHeader(code), environment.policy);
  return decision.allowed ? undefined : { outcome: 'import-refused', message: decision.message };
}

/**
 * Runs code in sandboxes made for it. Destroying them does not keep the caller waiting.
 *
 * @throws AppError when there is no engine, no image, or the like
 */
export async function runOnce(
  request: CodeRequest,
  environment: CallEnvironment,
  context: CallContext,
): Promise<ExecutionResult> {
  const stopwatch = new Stopwatch();
  const refusal = refusedImport(request.code, environment);
  if (refusal !== undefined) return resultWithoutLean(refusal, stopwatch);

  const launch = await environment.launch(context);
  context.onProgress({ phase: 'sandbox', message: 'Making a sandbox' });
  const hasProgram = findMain(request.code) !== undefined;
  const server = (): Promise<LeanServer> => startServer(environment, launch, 'check', context);
  const started = await cancellable(
    context,
    startMissing(environment, launch, { server, hasProgram }, context, stopwatch),
  );
  if (started === undefined) return resultWithoutLean({ outcome: 'cancelled' }, stopwatch);

  using limits = new CallLimits(environment, launch, request.timeoutMs, context.signal);
  try {
    const { outcome, diagnostics, stdout, stderr } = await checkAndRun(
      {
        server: started.server,
        text: request.code,
        isOurs: () => true,
        ...(started.program && { program: { sandbox: started.program, input: request } }),
      },
      limits,
      environment,
      context,
      stopwatch,
    );
    return {
      ...outcome,
      diagnostics,
      stdout,
      stderr,
      timings: stopwatch.read(),
      leanVersion: launch.toolchain.version,
    };
  } finally {
    disposeLater(started.server, environment.logger);
  }
}

/** The value of the work; `undefined` when it failed because the caller gave up. */
export async function cancellable<Value>(context: CallContext, work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (context.signal.aborted) return undefined;
    throw error;
  }
}
