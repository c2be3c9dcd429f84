import type { LoadedConfig } from '../config/load-config.ts';
import type { ExecutionService } from '../execution/execution-service.ts';
import type { ProofService } from '../execution/proof-service.ts';
import type { SessionService } from '../execution/session-service.ts';
import type { ReportLimits } from '../report/structured-result.ts';
import { wireApp } from './wire-app.ts';

/** Lean for a program that embeds this one. Disposing ends all sessions and removes every container. */
export interface App extends AsyncDisposable {
  /** Runs code, once or in a session. */
  readonly service: ExecutionService;
  /** The sessions that were opened, as things with a history. */
  readonly sessions: SessionService;
  /** Answers questions about a text, and tries tactics in it. */
  readonly proofs: ProofService;
  /** How results are cut when they are made into data. */
  readonly report: ReportLimits;
}

/** What differs between the ways to use it. */
export interface AppOptions {
  /** `server`: for many calls; sandboxes are kept ready after the first, and the log tells more. `command`: for a few. */
  readonly purpose: 'server' | 'command';
}

/**
 * Makes Lean available as it is configured. Nothing is connected to yet: the engine is first spoken to by the first call,
 * which also builds the sandbox image when it is missing. What is to be logged goes to stderr.
 *
 * @throws AppError `config-invalid` when a configured file cannot be written
 */
export function createApp(config: LoadedConfig, { purpose }: AppOptions): App {
  const wired = wireApp(config, { purpose });
  const { service, sessions, proofs, report } = wired;
  return { service, sessions, proofs, report, [Symbol.asyncDispose]: () => wired[Symbol.asyncDispose]() };
}
