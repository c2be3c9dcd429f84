import { findMain } from '../lean/source/main-definition.ts';
import type { Call } from './call.ts';
import { checkAndRun } from './check-and-run.ts';
import type { CodeRequest, ExecutionResult } from './execution-service.ts';
import { Workplace } from './workplace.ts';

/**
 * Runs code in sandboxes that nothing else runs in.
 *
 * @throws AppError when there is no engine, no image, or the like; the signal's reason when the caller gives up before
 *   there is a sandbox
 */
export async function runOnce(call: Call, request: CodeRequest): Promise<ExecutionResult> {
  using workplace = new Workplace(call, request.code);
  await workplace.prepare((await findMain(request.code)) !== undefined);
  const { launch } = workplace;
  using limits = call.limits(launch, request.timeoutMs);
  const text = { text: request.code, wanted: ['goals'] as const };
  const checked = await checkAndRun(call, workplace, { text, input: request }, limits);
  const { outcome, diagnostics, openGoals, stdout, stderr } = checked;
  const facts = { timings: call.stopwatch.read(), leanVersion: launch.toolchain.version };
  return { ...outcome, diagnostics, openGoals, stdout, stderr, ...facts };
}
