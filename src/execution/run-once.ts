import type { Call } from './call.ts';
import { checkAndRun, endedEarly, programIn } from './check-and-run.ts';
import type { CodeRequest, ExecutionResult } from './execution-service.ts';
import type { SharedLean } from './shared-lean.ts';
import { Workplace } from './workplace.ts';

/**
 * Runs code in sandboxes that nothing else runs in, or in one that several share.
 *
 * @throws AppError when there is no engine, no image, or the like; the signal's reason when the caller gives up before
 *   there is a sandbox
 */
export async function runOnce(call: Call, request: CodeRequest, shared?: SharedLean): Promise<ExecutionResult> {
  using workplace = new Workplace(call, request, 'runs', shared);
  const input = await programIn(request);
  const failure = await workplace.prepare(input !== undefined);
  if (failure !== undefined) return endedEarly(failure, workplace);
  using limits = call.limits(workplace.launch, request.timeoutMs);
  const wanted = request.wantsDeclarations === true ? (['goals', 'declarations'] as const) : (['goals'] as const);
  const text = { text: request.code, wanted };
  const { outcome, said } = await checkAndRun(call, workplace, { request, text, input }, limits);
  return { ...outcome, ...said, diagnostics: [...workplace.saidOfFiles, ...said.diagnostics], ...workplace.facts };
}
