/*
 * What the program tells about itself: a log for its operator, and events for whoever watches. Parts of the program emit
 * and know nothing of observers; which there are is decided where the program is wired.
 */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../core/ids.ts';
import { sha256 } from '../core/sha256.ts';

/** Facts that go with a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the program tells its operator what it does. Never written to stdout, which belongs to the protocol. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const ignore = (): void => undefined;

/** Says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The phases of a call, in their order. */
export const callPhases = ['queue', 'sandbox', 'elaborate', 'run'] as const;
export type CallPhase = (typeof callPhases)[number];

/** What became of a call, in a word. */
export type CallOutcome =
  /** It did what it was asked, and Lean had nothing against the code, if it was given any to run. */
  | 'success'
  /** By Lean, or by the program's exit code. */
  | 'rejected'
  /** There was nothing to do it to: a session that is gone already, a place without a goal. */
  | 'nothing-done'
  /** A tool error. */
  | 'failed'
  /** As in results; they say nothing about the code. */
  | 'import-refused'
  | 'timed-out'
  | 'out-of-memory'
  | 'output-limit'
  | 'crashed'
  | 'cancelled';

/** A text that came with a call, by its name among the arguments; never the text itself. */
export interface CallText {
  readonly name: string;
  /** In hexadecimal, of the text in UTF-8. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What observers are told of a text. */
export function callText(name: string, text: string): CallText {
  return { name, sha256: sha256(text), bytes: Buffer.byteLength(text) };
}

/** How a call ended, with everything that may be known about it afterwards; never the code itself. */
export interface CallEnded {
  readonly kind: 'call-ended';
  /** Unique; on every log line that was written for the call. */
  readonly callId: string;
  /** The HTTP request that brought it. */
  readonly requestId?: string | undefined;
  readonly principal: Principal;
  readonly tool: string;
  readonly outcome: CallOutcome;
  /** The code of the tool error. */
  readonly error?: string;
  /** In the order of the arguments. */
  readonly texts: readonly CallText[];
  readonly sessionId?: string;
  /** Where it ran; absent when there is no other environment. */
  readonly environment?: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Milliseconds; absent when the call has no phases. */
  readonly phases?: Readonly<Record<CallPhase, number>>;
  readonly coldStart: boolean;
  /** The trace that the caller is in, as in W3C Trace Context. */
  readonly traceparent?: string;
}

/** Why a session was closed: nobody had called it for too long, its owner wished it, it could not be written down, we end. */
export type SessionEnd = 'idle' | 'closed' | 'not-saved' | 'shutdown';

/**
 * How a worker and a check parted: its result was recorded; there was one already; it shall be tried again elsewhere; nobody
 * wants it any more; the queue could not be told.
 */
export type CheckLeft = 'recorded' | 'was-there' | 'given-back' | 'unwanted' | 'not-told';

/** What is known of a request that was refused. */
export interface RequestRefused {
  readonly kind: 'request-refused';
  readonly requestId?: string | undefined;
  /** Absent when it is not known who it was. */
  readonly principal?: Principal | undefined;
  /** Of the HTTP answer. */
  readonly status: number;
  readonly at: Date;
}

/** Something that happened. */
export type TelemetryEvent =
  | { readonly kind: 'call-began'; readonly callId: string; readonly tool: string }
  | CallEnded
  | { readonly kind: 'sandbox-made'; readonly durationMs: number }
  /** The engine could not make a sandbox; with the code of the failure. */
  | { readonly kind: 'sandbox-failed'; readonly error: string }
  | { readonly kind: 'session-closed'; readonly reason: SessionEnd }
  /** A check that was taken from the queue is no longer this worker's. */
  | { readonly kind: 'check-left'; readonly how: CheckLeft }
  /** A request over HTTP that never became a call: nobody knows who it is, it may not come in, or it is one too many. */
  | RequestRefused;

/** Hears of everything; must not throw and must not take long. */
export type Observer = (event: TelemetryEvent) => void;

/** Where parts of the program tell what happens. */
export interface Telemetry {
  emit(event: TelemetryEvent): void;
  /** Does work during which every log line carries these fields, besides those of work that it is part of; `request` is its id. */
  within<Value>(fields: LogFields, work: () => Value): Value;
  /** The HTTP request that this is done for. */
  readonly requestId: string | undefined;
}

/** Tells nobody. */
export const silentTelemetry: Telemetry = { emit: ignore, within: (_, work) => work(), requestId: undefined };

/** Who calls, and who hears of it. */
export interface CallOrigin {
  readonly telemetry: Telemetry;
  readonly principal: Principal;
}

/** What is known of a call when it ends. */
export type CallReport = Omit<
  CallEnded,
  'kind' | 'callId' | 'requestId' | 'principal' | 'tool' | 'startedAt' | 'durationMs'
>;

/** A call that observers have been told of. */
export interface BegunCall {
  /** Nobody can guess it. */
  readonly callId: string;
  /** Tells them how it ended; to be called once. */
  readonly ended: (report: CallReport) => void;
}

/** Tells observers that a call begins. @param tool what is called */
export function beginCall(tool: string, { telemetry, principal }: CallOrigin): BegunCall {
  const callId = randomBytes(8).toString('hex');
  const startedAt = new Date();
  const clock = performance.now();
  telemetry.emit({ kind: 'call-began', callId, tool });
  return {
    callId,
    ended: (report) => {
      telemetry.emit({
        kind: 'call-ended',
        callId,
        requestId: telemetry.requestId,
        principal,
        tool,
        startedAt,
        durationMs: performance.now() - clock,
        ...report,
      });
    },
  };
}

/** How long a call took in its phases, as observers are told; all that else is known of its times is left out. */
export function toldTimes(
  timings: Readonly<Record<CallPhase, number>> & { readonly coldStart?: boolean },
): Pick<CallEnded, 'phases' | 'coldStart'> {
  const { queue, sandbox, elaborate, run, coldStart = false } = timings;
  return { phases: { queue, sandbox, elaborate, run }, coldStart };
}

/** The program's state in numbers, as it is now. */
export interface Readings {
  /** Sandboxes, by what they are doing. */
  readonly sandboxes: { readonly warm: number; readonly starting: number; readonly leased: number };
  /** Calls that wait for a sandbox that is being made for them. */
  readonly waitingForSandbox: number;
  readonly callsRunning: number;
  /** Calls that wait for their turn. */
  readonly callsWaiting: number;
  readonly sessions: number;
  /** The longest that anything had to wait for the thread within the last minute, in milliseconds. */
  readonly longestDelayMs: number;
  /** Lines of the log that nobody read, since the start. */
  readonly logLinesDropped: number;
}

/** The queue of checks in numbers; of one that is elsewhere, all of it, whoever asks. */
export type ReadQueue = () => Promise<{
  /** Checks that wait for a worker, and that workers have. */
  readonly waiting: number;
  readonly taken: number;
  /** Of how many principals those are that wait. */
  readonly principals: number;
  /** Servers that take checks. */
  readonly workers: number;
}>;

/** What people want told apart at a glance: `stopped` is every outcome of results that says nothing about the code. */
export type CallVerdict = 'success' | 'rejected' | 'stopped' | 'failed';

/** One minute of the recent past. */
export interface RecentMinute {
  readonly startedAt: Date;
  readonly calls: Readonly<Record<CallVerdict, number>>;
  /** Milliseconds from arrival to answer; absent when no call ended. */
  readonly median?: number;
  readonly p95?: number;
  /** The state at its end; absent when the program did not run yet. */
  readonly readings?: Readings;
}

/** The calls of a tool in the recent past. */
export interface RecentTool {
  readonly tool: string;
  readonly calls: Readonly<Record<CallVerdict, number>>;
}

/** The last hour, the oldest minute first. */
export interface RecentPast {
  readonly minutes: readonly RecentMinute[];
  readonly tools: readonly RecentTool[];
  readonly median?: number;
  readonly p95?: number;
}
