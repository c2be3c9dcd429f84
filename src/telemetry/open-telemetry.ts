/* Calls as traces, sent to a collector by OpenTelemetry's protocol. Everything is configured by its standard variables. */
import { ROOT_CONTEXT, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { within } from '../core/within.ts';
import { callPhases, type CallEnded, type Observer } from './telemetry.ts';

const lastSendMs = 2000;

/** Sends traces. Disposing sends what is left. */
export interface Traces extends AsyncDisposable {
  readonly observe: Observer;
}

/** One span a call, in the caller's trace if it named one, with one span below it for each phase. */
export function openTraces(version: string): Traces {
  const own = resourceFromAttributes({ 'service.name': 'lean-docker-mcp', 'service.version': version });
  const provider = new BasicTracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('lean-docker-mcp', version);
  const observe: Observer = (event) => {
    if (event.kind !== 'call-ended') return;
    const { tool, outcome, error, startedAt, durationMs, phases, callId, coldStart } = event;
    const attributes = {
      'mcp.tool.name': tool,
      'lean.call.id': callId,
      'lean.outcome': outcome,
      'lean.cold_start': coldStart,
      ...(error !== undefined && { 'error.type': error }),
    };
    const span = tracer.startSpan(`tools/call ${tool}`, { startTime: startedAt, attributes }, parentOf(event));
    if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, ...(error && { message: error }) });
    // Phases follow each other; what lies between them is too short to be told apart.
    let at = startedAt.getTime();
    for (const phase of phases === undefined ? [] : callPhases) {
      const milliseconds = phases?.[phase] ?? 0;
      if (milliseconds === 0) continue;
      tracer.startSpan(phase, { startTime: at }, trace.setSpan(ROOT_CONTEXT, span)).end(at + milliseconds);
      at += milliseconds;
    }
    span.end(startedAt.getTime() + durationMs);
  };
  const shutdown = async (): Promise<void> => {
    // A collector that does not answer must not keep the server from ending.
    const sent = provider.shutdown().catch(() => undefined);
    await within(sent, lastSendMs);
  };
  return { observe, [Symbol.asyncDispose]: shutdown };
}

/** The context that the caller named as W3C Trace Context has it: version, trace, span, flags. */
function parentOf({ traceparent = '' }: CallEnded): Context {
  const [, traceId, spanId, flags] = traceparent.split('-');
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true });
}
