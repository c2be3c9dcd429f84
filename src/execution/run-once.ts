import type { Call } from './call.ts';
import { checkAndRun, programIn } from './check-and-run.ts';
import type { CodeRequest, ExecutionResult } from './execution-service.ts';
import { Workplace } from './workplace.ts';

/**
 * Runs code in sandboxes that nothing else runs in.
 *
 * @throws AppError when there is no engine, no image, or the like; the signal's reason when the caller gives up before
 *   there is a sandbox
 */
export async function runOnce(call: Call, request: CodeRequest): Promise<ExecutionResult> {
  using workplace = new Workplace(call, request.code, 'runs');
  const input = await programIn(request);
  await workplace.prepare(input !== undefined);
  const { launch } = workplace;
  using limits = call.limits(launch, request.timeoutMs);
  const wanted = request.wantsDeclarations === true ? (['goals', 'declarations'] as const) : (['goals'] as const);
  const text = { text: request.code, wanted };
  const { outcome, said } = await checkAndRun(call, workplace, { request, text, input }, limits);
  return { ...outcome, ...said, timings: call.stopwatch.read(), leanVersion: launch.toolchain.version };
}
