import type { WiredApp } from './wire-app.ts';

/**
 * Sends traces of calls when OpenTelemetry's variables name a collector; its code is not even loaded otherwise.
 *
 * @returns what sends the last ones when disposed
 */
export async function traceCalls(
  { events }: Pick<WiredApp, 'events'>,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<AsyncDisposable> {
  const isWanted =
    Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) &&
    env['OTEL_SDK_DISABLED'] !== 'true' &&
    env['OTEL_TRACES_EXPORTER'] !== 'none';
  if (!isWanted) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const { openTraces } = await import('../telemetry/open-telemetry.ts');
  const traces = openTraces(version);
  events.add(traces.observe);
  return traces;
}
