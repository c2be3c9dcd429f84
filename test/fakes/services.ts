/* The services of a program without its fronts and without an engine: calls on sandboxes that a test makes. */
import { ReadingTurns } from '../../src/core/reading-turns.ts';
import { localPrincipal } from '../../src/core/ids.ts';
import { Admission } from '../../src/execution/admission.ts';
import { Environments } from '../../src/execution/environments.ts';
import type { CallContext, CodeRequest, ExecutionResult } from '../../src/execution/execution-service.ts';
import { LocalExecutionService } from '../../src/execution/local-execution-service.ts';
import { LocalProofService } from '../../src/execution/local-proof-service.ts';
import { LocalSessionService } from '../../src/execution/local-session-service.ts';
import { SandboxSupply, type SandboxSupplyOptions } from '../../src/execution/sandbox-supply.ts';
import type { LeanLaunch } from '../../src/lean/lean-launch.ts';
import { SessionRegistry } from '../../src/sessions/session-registry.ts';
import { noSessionStore } from '../../src/sessions/session-store.ts';
import { recordingLogger } from './recording-logger.ts';
import { someLaunch } from './sandbox.ts';

const output = { keepBytes: 10_000, stopBytes: 1_000_000 };

/** What differs between tests. */
export interface FakeServicesOptions extends Pick<SandboxSupplyOptions, 'driver' | 'startLean'> {
  readonly launch?: LeanLaunch;
  /** Absent: the same as {@link startLean}. */
  readonly startQuestions?: SandboxSupplyOptions['startQuestions'];
  /** Headers that are kept ready. */
  readonly headers?: readonly string[];
  readonly timeoutMs?: number;
}

/** Services for one principal. Disposing ends all sessions and removes what is ready. */
export function openServices({
  driver,
  startLean,
  startQuestions = startLean,
  launch = someLaunch,
  headers = [],
  timeoutMs = 60_000,
}: FakeServicesOptions) {
  const logger = recordingLogger();
  const supply = new SandboxSupply({
    driver,
    startLean,
    startQuestions,
    currentLaunch: () => Promise.resolve(launch),
    plan: () => Promise.resolve({ size: headers.length, headers }),
    maxAgeMs: 600_000,
    output,
    logger,
  });
  const registry = new SessionRegistry({ maxSessions: 10, idleTimeoutMs: 600_000, store: noSessionStore, logger });
  const sessions = registry.of({ principal: localPrincipal });
  const environment = {
    supply: supply.of(localPrincipal, 'default'),
    launch: () => Promise.resolve(launch),
    sessions,
    policy: () => ({ allowed: [], blocked: [], present: [] }),
    output,
    compiling: {
      driver,
      turns: new ReadingTurns(),
      maxOutput: output.stopBytes,
      startLean: (_: unknown, own: LeanLaunch, asks: boolean, signal: AbortSignal) =>
        (asks ? startQuestions : startLean)(own, signal),
    },
    sessionText: { bytes: 1_000_000, lines: 10_000 },
    defaultTimeoutMs: timeoutMs,
    maxTimeoutMs: timeoutMs,
    logger,
  };
  const environments = new Environments([environment]);
  const gate = new Admission({ concurrency: 4, maxWaiting: 10 }).of({ principal: localPrincipal });
  const execution = new LocalExecutionService(environments, gate);
  return {
    logger,
    supply,
    execution,
    caller: quietCall(),
    proofs: new LocalProofService(environments, gate),
    sessions: new LocalSessionService(sessions),
    /** Runs code on its own. */
    run: (code: string, context = quietCall()): Promise<ExecutionResult> => execution.runCode(request(code), context),
    /** Runs code in a session, or in a new one. */
    runIn: (session: ExecutionResult['session'], code: string, context = quietCall()): Promise<ExecutionResult> =>
      execution.runInSession({ ...request(code), ...(session && { sessionId: session.sessionId }) }, context),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await registry[Symbol.asyncDispose]();
      await supply[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
    },
  };
}

function request(code: string): CodeRequest {
  return { code, args: [], stdin: '' };
}

/** The context of a caller who waits and hears nothing. */
function quietCall(): CallContext {
  return { signal: new AbortController().signal, onProgress: () => undefined };
}
