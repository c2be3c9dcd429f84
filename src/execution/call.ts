import type { Bytes } from '../core/bytes.ts';
import { Deadline } from '../core/deadline.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { CompiledFilesOptions } from '../projects/compiled-files.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import type { OwnedSessions } from '../sessions/owned-sessions.ts';
import type { Session } from '../sessions/session.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import type { CallContext, SessionStep } from './execution-service.ts';
import type { SupplyOfCaller } from './sandbox-supply.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What executing code needs from outside; the same for every call of a principal in one environment. */
export interface CallEnvironment {
  /** What callers call it; absent: the only one. */
  readonly name?: string | undefined;
  readonly supply: SupplyOfCaller;
  /** The image to use, made first when it is missing. Throws AppError; the signal's reason. */
  readonly launch: (context: CallContext) => Promise<LeanLaunch>;
  readonly sessions: OwnedSessions;
  /** What code may import where it runs on this image. */
  readonly policy: (launch: LeanLaunch) => ImportPolicy;
  readonly output: OutputLimits;
  /** What projects and files are compiled with. */
  readonly compiling: Omit<CompiledFilesOptions, 'policy' | 'output'>;
  /** How much text a session may have, in bytes and lines. */
  readonly sessionText: { readonly bytes: Bytes; readonly lines: number };
  readonly defaultTimeoutMs: number;
  readonly maxTimeoutMs: number;
  readonly logger: Logger;
}

/** How long a call may run, of one that asks for so much time. */
export function runTimeOf(
  { defaultTimeoutMs, maxTimeoutMs }: Pick<CallEnvironment, 'defaultTimeoutMs' | 'maxTimeoutMs'>,
  requestedMs = defaultTimeoutMs,
): number {
  return Math.min(requestedMs, maxTimeoutMs);
}

/** What ends a call before it is done. The clock runs from its construction, which is when the sandbox is there. */
export class CallLimits implements Disposable {
  readonly deadline: Deadline;
  readonly timeMs: number;
  readonly memory: Bytes;
  readonly output: Bytes;

  constructor(timeMs: number, { jail }: LeanLaunch, output: Bytes, caller: AbortSignal) {
    this.timeMs = timeMs;
    this.memory = jail.limits.memory;
    this.output = output;
    this.deadline = new Deadline(timeMs, caller);
  }

  [Symbol.dispose](): void {
    this.deadline[Symbol.dispose]();
  }
}

/** A call in a session. */
export type CallInSession = Call & { readonly session: Session };

/** A call that has its turn, and all that its work needs. */
export class Call {
  readonly environment: CallEnvironment;
  /** The image as it was when the call had its turn. */
  readonly launch: LeanLaunch;
  readonly stopwatch: Stopwatch;
  /** The session that it is in; its turn has come too. */
  readonly session: Session | undefined;
  readonly #context: CallContext;

  constructor(
    environment: CallEnvironment,
    launch: LeanLaunch,
    context: CallContext,
    stopwatch: Stopwatch,
    session?: Session,
  ) {
    this.environment = environment;
    this.launch = launch;
    this.#context = context;
    this.stopwatch = stopwatch;
    this.session = session;
  }

  /** Fires when nobody waits for the call any more. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  /** Lets the caller know what is being done. */
  tell(phase: 'sandbox' | 'elaborate' | 'run', message: string): void {
    this.#context.onProgress({ phase, message });
  }

  /** @param requestedMs the run time that the caller asks for */
  limits(launch: LeanLaunch, requestedMs?: number): CallLimits {
    const timeMs = runTimeOf(this.environment, requestedMs);
    return new CallLimits(timeMs, launch, this.environment.output.stopBytes, this.signal);
  }

  /**
   * Does the call's work in a session, whose turn it is, and adds where the session then is.
   *
   * @throws AppError `session-unknown` when the session is closed meanwhile; what the work throws
   */
  async in<Result>(
    session: Session,
    work: (call: CallInSession) => Promise<Result>,
  ): Promise<Result & { readonly session: SessionStep }> {
    const rebuilt = session.lostServer;
    using either = new JoinedSignal([this.signal, session.closing]);
    const context = { ...this.#context, signal: either.signal };
    const call = new Call(this.environment, this.launch, context, this.stopwatch, session);
    const result = await work(call as CallInSession);
    session.requireOpen();
    return { ...result, session: { sessionId: session.id, step: session.steps.length, rebuilt } };
  }
}
