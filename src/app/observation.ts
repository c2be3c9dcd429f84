import { createPrometheusMetrics, type Metrics } from '../telemetry/prometheus-metrics.ts';
import { RecentHistory } from '../telemetry/recent-history.ts';
import type { ReadQueue, RecentPast } from '../telemetry/telemetry.ts';
import type { WiredApp } from './wire-app.ts';

/** What a server that lasts tells about itself to those who ask. */
export interface Observation {
  readonly metrics: Metrics;
  readonly past: () => RecentPast;
}

const sampleMs = 10_000;

/** Begins to watch a program. */
export function observe(
  { events, read }: Pick<WiredApp, 'events' | 'read'>,
  version: string,
  readQueue: ReadQueue,
): Observation {
  const metrics = createPrometheusMetrics(read, version, readQueue);
  const history = new RecentHistory({ read });
  events.add(metrics.observe);
  events.add(history.observe);
  setInterval(() => {
    history.sample();
  }, sampleMs).unref();
  return { metrics, past: () => history.past };
}
