/* The last hour, minute by minute, in bounded memory: what a person looks at when something seems wrong right now. */
import type {
  CallOutcome,
  CallVerdict,
  Observer,
  Readings,
  RecentMinute,
  RecentPast,
  RecentTool,
} from './telemetry.ts';

const minuteMs = 60_000;
const minutesKept = 60;
/** Durations kept of one minute; of more, a random choice. */
const durationsKept = 500;

interface Minute {
  readonly number: number;
  readonly tools: Map<string, Record<CallVerdict, number>>;
  readonly durations: number[];
  ended: number;
  readings: Readings;
}

export interface RecentHistoryOptions {
  readonly read: () => Readings;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Remembers the last hour. */
export class RecentHistory {
  readonly #read: () => Readings;
  readonly #now: () => number;
  #minutes: Minute[] = [];

  constructor({ read, now = Date.now }: RecentHistoryOptions) {
    this.#read = read;
    this.#now = now;
  }

  readonly observe: Observer = (event) => {
    if (event.kind !== 'call-ended') return;
    const minute = this.#current();
    const calls = minute.tools.get(event.tool) ?? noCalls();
    calls[verdictOf[event.outcome]] += 1;
    minute.tools.set(event.tool, calls);
    minute.ended += 1;
    if (minute.durations.length < durationsKept) minute.durations.push(event.durationMs);
    else {
      const place = Math.floor(Math.random() * minute.ended);
      if (place < durationsKept) minute.durations[place] = event.durationMs;
    }
  };

  /** Notes the state; to be called a few times a minute. */
  sample(): void {
    this.#current().readings = this.#read();
  }

  /** The last hour; the last minute is the one that is not over yet. */
  get past(): RecentPast {
    this.sample();
    const last = this.#current().number;
    const kept = new Map(this.#minutes.map((minute) => [minute.number, minute]));
    const numbers = Array.from({ length: minutesKept }, (_, index) => last - minutesKept + 1 + index);
    return {
      minutes: numbers.map((number) => toRecentMinute(number, kept.get(number))),
      tools: toolsOf(this.#minutes),
      ...quantiles(this.#minutes.flatMap(({ durations }) => durations)),
    };
  }

  #current(): Minute {
    const number = Math.floor(this.#now() / minuteMs);
    const last = this.#minutes.at(-1);
    if (last?.number === number) return last;
    const minute = { number, tools: new Map(), durations: [], ended: 0, readings: this.#read() };
    this.#minutes = [...this.#minutes, minute].filter((kept) => kept.number > number - minutesKept);
    return minute;
  }
}

function toRecentMinute(number: number, minute: Minute | undefined): RecentMinute {
  const startedAt = new Date(number * minuteMs);
  if (minute === undefined) return { startedAt, calls: noCalls() };
  const calls = [...minute.tools.values()].reduce(sum, noCalls());
  return { startedAt, calls, ...quantiles(minute.durations), readings: minute.readings };
}

function toolsOf(minutes: readonly Minute[]): RecentTool[] {
  const tools = new Map<string, Record<CallVerdict, number>>();
  for (const [tool, calls] of minutes.flatMap((minute) => [...minute.tools])) {
    tools.set(tool, sum(tools.get(tool) ?? noCalls(), calls));
  }
  return [...tools].map(([tool, calls]) => ({ tool, calls })).sort((a, b) => (a.tool < b.tool ? -1 : 1));
}

const verdictOf: Readonly<Record<CallOutcome, CallVerdict>> = {
  success: 'success',
  // Nothing is wrong with the server, and nothing was said about any code.
  'nothing-done': 'success',
  rejected: 'rejected',
  failed: 'failed',
  'import-refused': 'stopped',
  'timed-out': 'stopped',
  'out-of-memory': 'stopped',
  'output-limit': 'stopped',
  crashed: 'stopped',
  cancelled: 'stopped',
};

function noCalls(): Record<CallVerdict, number> {
  return { success: 0, rejected: 0, stopped: 0, failed: 0 };
}

function sum(a: Record<CallVerdict, number>, b: Record<CallVerdict, number>): Record<CallVerdict, number> {
  return {
    success: a.success + b.success,
    rejected: a.rejected + b.rejected,
    stopped: a.stopped + b.stopped,
    failed: a.failed + b.failed,
  };
}

/** By the nearest rank. */
function quantiles(durations: readonly number[]): { readonly median?: number; readonly p95?: number } {
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (part: number): number | undefined => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  const [median, p95] = [at(0.5), at(0.95)];
  return { ...(median !== undefined && { median }), ...(p95 !== undefined && { p95 }) };
}
