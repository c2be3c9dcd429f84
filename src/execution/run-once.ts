import type { LeanLaunch } from '../lean/lean-launch.ts';
import { readHeader } from '../lean/source/header.ts';
import { checkImports, type ImportPolicy } from '../lean/source/import-policy.ts';
import { findMain } from '../lean/source/main-definition.ts';
import { plainHeader } from '../lean/source/plain-header.ts';
import { documentText, emptySource, extend } from '../sessions/session-source.ts';
import type { CallEnvironment } from './call-environment.ts';
import { disposeLater } from './dispose-later.ts';
import { CallLimits } from './call-limits.ts';
import { leaseSandboxes } from './call-sandboxes.ts';
import { checkAndRun } from './check-and-run.ts';
import type { CallContext, CodeRequest, ExecutionResult, Outcome } from './execution-service.ts';
import type { Stopwatch } from './stopwatch.ts';

const nothing = { text: '', omittedBytes: 0 };

/** A result without any work of Lean in it. */
export function resultWithoutLean(outcome: Outcome, stopwatch: Stopwatch): ExecutionResult {
  return { ...outcome, diagnostics: [], stdout: nothing, stderr: nothing, timings: stopwatch.read() };
}

/** The refusal of the code's imports, if the policy refuses one. */
export function refusedImport(
  code: string,
  policy: ImportPolicy,
): Extract<Outcome, { readonly outcome: 'import-refused' }> | undefined {
  const decision = checkImports(readHeader(code), policy);
  return decision.allowed ? undefined : { outcome: 'import-refused', message: decision.message };
}

/**
 * Runs code in sandboxes that nothing else runs in. Destroying them does not keep the caller waiting.
 *
 * @throws AppError when there is no engine, no image, or the like; the signal's reason when the caller gives up before
 *   there is a sandbox
 */
export async function runOnce(
  request: CodeRequest,
  environment: CallEnvironment,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<ExecutionResult> {
  const wantedLaunch = await environment.launch(context);
  context.onProgress({ phase: 'sandbox', message: 'Getting a sandbox' });
  const header = plainHeader(request.code);
  const hasProgram = (await findMain(request.code)) !== undefined;
  const sandboxes = await leaseSandboxes(environment, wantedLaunch, { header, hasProgram }, context, stopwatch);
  const { launch } = sandboxes.server;
  using limits = new CallLimits(environment, launch, request.timeoutMs, context.signal);
  try {
    // Lean has imported the header from a document with that header alone, and must find the same at the same place.
    const placed = extend(emptySource, request.code, sandboxes.header === '' ? undefined : sandboxes.header);
    const checked = await checkAndRun(
      {
        server: sandboxes.server,
        text: { text: sandboxes.header ? documentText(placed.source) : request.code, wanted: ['goals'] },
        linesBefore: placed.linesBefore,
        toCall: placed.toCall,
        ...(hasProgram && { program: { sandbox: sandboxes.program, input: { ...request, source: request.code } } }),
      },
      limits,
      environment,
      context,
      stopwatch,
    );
    noteHeader(environment, launch, header, checked.headerFailed);
    const { outcome, diagnostics, openGoals, sorryLines, stdout, stderr } = checked;
    return {
      ...outcome,
      diagnostics,
      openGoals,
      ...(sorryLines !== undefined && { sorryLines }),
      stdout,
      stderr,
      timings: stopwatch.read(),
      leanVersion: launch.toolchain.version,
    };
  } finally {
    disposeLater(sandboxes.server, environment.logger);
  }
}

/** Lets the pool keep ready what is wanted often and can be imported. */
export function noteHeader(
  environment: CallEnvironment,
  launch: LeanLaunch,
  header: string | undefined,
  failed: boolean,
  asks = false,
): void {
  if (header !== undefined && !failed) environment.supply.noteHeader(launch, header, asks);
}
