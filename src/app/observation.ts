import { createPrometheusMetrics, type Metrics } from '../telemetry/prometheus-metrics.ts';
import type { App } from './create-app.ts';

/** What a server that lasts tells about itself to those who ask. */
export interface Observation {
  readonly metrics: Metrics;
}

/** Begins to watch a program. */
export function observe({ events, read }: Pick<App, 'events' | 'read'>, version: string): Observation {
  const metrics = createPrometheusMetrics(read, version);
  events.add(metrics.observe);
  return { metrics };
}
