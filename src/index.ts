/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Runs Lean 4 code in locked-down throw-away containers, from a program: docs/embedding.md. What is exported here is public.
 *
 * @example
 * await using app = createApp(await loadConfig(), { purpose: 'server' });
 * const caller = { signal: AbortSignal.timeout(60_000), onProgress: () => undefined };
 * const result = await app.service.runCode({ code: '#eval 1 + 1', args: [], stdin: '' }, caller);
 * console.log(toStructured(result, app.report));
 */
export { createApp, type App, type AppOptions } from './app/app.ts';
export { loadConfig, type ConfigSources, type LoadedConfig } from './config/load-config.ts';
export type { Settings } from './config/schema.ts';
export { AppError } from './core/app-error.ts';
export type { AppErrorCode } from './core/failures/failure.ts';
export type { KeptText } from './core/bounded-text.ts';
export type { SessionId } from './core/ids.ts';
export {
  isSuccess,
  type CallContext,
  type CallProgress,
  type CodeRequest,
  type ExecutionResult,
  type ExecutionService,
  type Outcome,
  type SessionCodeRequest,
  type SessionStep,
  type Timings,
} from './execution/execution-service.ts';
export type {
  AttemptPlace,
  AttemptResult,
  AttemptTarget,
  AttemptVerdict,
  InspectionAnswer,
  InspectionKind,
  InspectionResult,
  InspectRequest,
  ProofService,
  TextRequest,
  TryTacticsRequest,
  TryTacticsResult,
} from './execution/proof-service.ts';
export type {
  ClosedSession,
  SessionChange,
  SessionDescription,
  SessionOverview,
  SessionService,
} from './execution/session-service.ts';
export type { Diagnostic, Goal, OpenGoals, Position, Severity, Span } from './lean/diagnostic.ts';
export { toStructured, type ReportLimits, type StructuredResult } from './report/structured-result.ts';
