/* Calls as traces, as a collector gets them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { connect } from './support/server.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

it('sends a span for each call, with its phases, into the trace of the caller, before it ends', async () => {
  const spans: Span[] = [];
  const collector = createServer((request, response) => {
    void json(request).then((body) => {
      if (request.url !== '/v1/traces') return;
      spans.push(...(body as Export).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const parent = '00f067aa0ba902b7';
  {
    await using server = await connect({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
    await server.client.callTool(
      { name: 'execute-lean', arguments: { code: '#eval 1\n' }, _meta: { traceparent: `00-${traceId}-${parent}-01` } },
      { timeout: 300_000 },
    );
    await server.refusal('describe-session', { session_id: 'nobody' });
  }
  collector.close();
  const call = spans.find(({ name }) => name === 'tools/call execute-lean');
  expect(call).toMatchObject({ traceId, parentSpanId: parent });
  expect(call?.attributes).toContainEqual({ key: 'lean.outcome', value: { stringValue: 'success' } });
  const elaborate = spans.find(({ name }) => name === 'elaborate');
  expect(elaborate).toMatchObject({ traceId, parentSpanId: call?.spanId });
  const refused = spans.find(({ name }) => name === 'tools/call describe-session');
  expect(refused?.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'session-unknown' } });
  expect(refused?.traceId).not.toBe(traceId);
});
