/**
 * Runs Lean 4 code in locked-down throw-away containers, from a program. What is exported here is public.
 *
 * @example
 * await using app = createApp(await loadConfig({ env: process.env, homeDir: homedir() }), { purpose: 'server' });
 * const caller = { signal: AbortSignal.timeout(60_000), onProgress: () => undefined };
 * const result = await app.service.runCode({ code: '#eval 1 + 1', args: [], stdin: '' }, caller);
 * console.log(toStructured(result, app.report));
 */
export { createApp, type App, type AppOptions } from './app/create-app.ts';
export { loadConfig, type ConfigSources, type LoadedConfig } from './config/load-config.ts';
export type { Settings } from './config/schema.ts';
export { AppError, type AppErrorCode } from './core/app-error.ts';
export type { KeptText } from './core/bounded-text.ts';
export type { SessionId } from './core/ids.ts';
export {
  isSuccess,
  type CallContext,
  type CallProgress,
  type ClosedSession,
  type CodeRequest,
  type ExecutionResult,
  type ExecutionService,
  type Outcome,
  type SessionCodeRequest,
  type SessionStep,
  type Timings,
} from './execution/execution-service.ts';
export type { Diagnostic, Position, Severity } from './lean/diagnostic.ts';
export { toStructured, type ReportLimits, type StructuredResult } from './report/structured-result.ts';
