import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { callPhases, type Observer, type ReadQueue, type Readings } from './telemetry.ts';

/** The text that Prometheus collects, and what it is made from. */
export interface Metrics {
  readonly observe: Observer;
  readonly contentType: string;
  readonly render: () => Promise<string>;
}

const prefix = 'lean_docker_mcp_';
const msPerSecond = 1000;
/** Seconds: from a warm check of a small text to the longest run that may be asked for. */
const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Counts events, and asks for readings whenever it is asked. Labels are bounded: no principals, sessions or hashes. */
export function createPrometheusMetrics(read: () => Readings, version: string, readQueue: ReadQueue): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix });
  new Gauge({ name: `${prefix}info`, help: 'The version that runs.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  const calls = new Counter({
    name: `${prefix}calls_total`,
    help: 'Calls that ended, by tool and outcome; error is the code of a tool error, environment told where there are several.',
    labelNames: ['tool', 'outcome', 'error', 'environment'],
    registers,
  });
  const underWay = new Gauge({
    name: `${prefix}calls_in_progress`,
    help: 'Calls that have begun and not ended.',
    labelNames: ['tool'],
    registers,
  });
  const duration = new Histogram({
    name: `${prefix}call_duration_seconds`,
    help: 'From the arrival of a call to its answer.',
    labelNames: ['tool'],
    buckets,
    registers,
  });
  const phases = new Histogram({
    name: `${prefix}call_phase_seconds`,
    help: 'Phases of calls: waiting for a turn, getting a sandbox, elaborating, running.',
    labelNames: ['phase'],
    buckets,
    registers,
  });
  const coldStarts = new Counter({
    name: `${prefix}cold_starts_total`,
    help: 'Calls for which no sandbox was ready.',
    registers,
  });
  const sandboxes = new Histogram({
    name: `${prefix}sandbox_creation_seconds`,
    help: 'Making a sandbox, from the request to its start.',
    buckets,
    registers,
  });
  const engineErrors = new Counter({
    name: `${prefix}engine_errors_total`,
    help: 'Sandboxes that could not be made, by the code of the failure.',
    labelNames: ['error'],
    registers,
  });
  const evictions = new Counter({
    name: `${prefix}session_evictions_total`,
    help: 'Sessions that were closed, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const refusals = new Counter({
    name: `${prefix}requests_refused_total`,
    help: 'Requests over HTTP that never became a call, by the status of their answer.',
    labelNames: ['status'],
    registers,
  });
  const gauge = (name: string, help: string, value: (readings: Readings) => number): void => {
    const collect = function (this: Gauge): void {
      this.set(value(read()));
    };
    new Gauge({ name: `${prefix}${name}`, help, collect, registers });
  };
  gauge('sessions', 'Open sessions.', ({ sessions }) => sessions);
  gauge(
    'thread_delay_seconds',
    'The longest that anything had to wait for the thread within the last minute.',
    (now) => now.longestDelayMs / msPerSecond,
  );
  gauge('calls_running', 'Calls that have their turn.', ({ callsRunning }) => callsRunning);
  gauge('calls_waiting', 'Calls that wait for their turn.', ({ callsWaiting }) => callsWaiting);
  gauge('calls_waiting_for_sandbox', 'Calls for which a sandbox is being made.', (now) => now.waitingForSandbox);
  new Counter({
    name: `${prefix}log_lines_dropped_total`,
    help: 'Lines of the log that were dropped because nobody read them.',
    registers,
    collect() {
      this.reset();
      this.inc(read().logLinesDropped);
    },
  });
  new Gauge({
    name: `${prefix}sandboxes`,
    help: 'Sandboxes: ready, being made, in use.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(read().sandboxes)) this.set({ state }, count);
    },
  });

  const checksLeft = new Counter({
    name: `${prefix}worker_checks_total`,
    help: 'Checks of the queue that this worker had: recorded, was-there, given-back, unwanted, not-told.',
    labelNames: ['how'],
    registers,
  });
  addQueueGauges(registers, readQueue);

  const observe: Observer = (event) => {
    switch (event.kind) {
      case 'call-began':
        underWay.inc({ tool: event.tool });
        break;
      case 'call-ended': {
        const { tool, outcome, error = '', environment } = event;
        underWay.dec({ tool });
        calls.inc({ tool, outcome, error, ...(environment !== undefined && { environment }) });
        duration.observe({ tool }, event.durationMs / msPerSecond);
        for (const phase of event.phases === undefined ? [] : callPhases) {
          phases.observe({ phase }, (event.phases?.[phase] ?? 0) / msPerSecond);
        }
        if (event.coldStart) coldStarts.inc();
        break;
      }
      case 'sandbox-made':
        sandboxes.observe(event.durationMs / msPerSecond);
        break;
      case 'sandbox-failed':
        engineErrors.inc({ error: event.error });
        break;
      case 'session-closed':
        evictions.inc({ reason: event.reason });
        break;
      case 'check-left':
        checksLeft.inc({ how: event.how });
        break;
      case 'request-refused':
        refusals.inc({ status: event.status });
        break;
    }
  };
  return { observe, contentType: registry.contentType, render: () => registry.metrics() };
}

/** What is known of the queue; nothing is told of one that does not answer. */
function addQueueGauges(registers: Registry[], readQueue: ReadQueue): void {
  const principals = new Gauge({
    name: `${prefix}queue_principals`,
    help: 'Callers whose checks wait.',
    registers,
  });
  const workers = new Gauge({ name: `${prefix}queue_workers`, help: 'Servers that take checks.', registers });
  new Gauge({
    name: `${prefix}queue_checks`,
    help: 'Checks of batches: those that wait for a worker, and those that workers have.',
    labelNames: ['state'],
    registers,
    async collect() {
      const queue = await readQueue().catch(() => undefined);
      this.set({ state: 'waiting' }, queue?.waiting ?? NaN);
      this.set({ state: 'taken' }, queue?.taken ?? NaN);
      principals.set(queue?.principals ?? NaN);
      workers.set(queue?.workers ?? NaN);
    },
  });
}
