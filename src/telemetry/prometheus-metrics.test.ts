import { describe, expect, it } from 'vitest';
import { localPrincipal } from '../core/ids.ts';
import { createPrometheusMetrics } from './prometheus-metrics.ts';
import type { CallEnded, Readings } from './telemetry.ts';

const readings: Readings = {
  sandboxes: { warm: 3, starting: 1, leased: 2 },
  waitingForSandbox: 0,
  callsRunning: 2,
  callsWaiting: 5,
  longestDelayMs: 40,
  sessions: 4,
  logLinesDropped: 7,
};
const call: CallEnded = {
  kind: 'call-ended',
  callId: 'c1',
  principal: localPrincipal,
  tool: 'execute-lean',
  outcome: 'rejected',
  texts: [{ name: 'code', sha256: 'f00d', bytes: 3 }],
  sessionId: 's1',
  startedAt: new Date(),
  durationMs: 300,
  phases: { queue: 1, sandbox: 0, elaborate: 240, run: 0 },
  coldStart: true,
};

describe('metrics', () => {
  const { observe, render } = createPrometheusMetrics(
    () => readings,
    '1.2.3',
    () => Promise.resolve({ waiting: 12, taken: 3, principals: 2, workers: 4 }),
  );

  it('count calls by tool and outcome, with their phases', async () => {
    observe({ kind: 'call-began', callId: 'c1', tool: 'execute-lean' });
    expect(await render()).toContain('lean_docker_mcp_calls_in_progress{tool="execute-lean"} 1');
    observe(call);
    observe({ ...call, outcome: 'failed', error: 'busy', coldStart: false });
    const text = await render();
    expect(text).toContain('lean_docker_mcp_calls_total{tool="execute-lean",outcome="rejected",error=""} 1');
    expect(text).toContain('lean_docker_mcp_calls_total{tool="execute-lean",outcome="failed",error="busy"} 1');
    expect(text).toContain('lean_docker_mcp_call_phase_seconds_bucket{le="0.25",phase="elaborate"} 2');
    expect(text).toContain('lean_docker_mcp_call_duration_seconds_bucket{le="0.25",tool="execute-lean"} 0');
    expect(text).toContain('lean_docker_mcp_cold_starts_total 1');
  });

  it('count what the engine does and what is evicted', async () => {
    observe({ kind: 'sandbox-made', durationMs: 400 });
    observe({ kind: 'sandbox-failed', error: 'engine-failed' });
    observe({ kind: 'session-closed', reason: 'idle' });
    observe({ kind: 'request-refused', status: 401, at: new Date() });
    const text = await render();
    expect(text).toContain('lean_docker_mcp_sandbox_creation_seconds_bucket{le="0.5"} 1');
    expect(text).toContain('lean_docker_mcp_engine_errors_total{error="engine-failed"} 1');
    expect(text).toContain('lean_docker_mcp_session_evictions_total{reason="idle"} 1');
    expect(text).toContain('lean_docker_mcp_requests_refused_total{status="401"} 1');
  });

  it('read the state when they are asked', async () => {
    const text = await render();
    expect(text).toContain('lean_docker_mcp_sandboxes{state="warm"} 3');
    expect(text).toContain('lean_docker_mcp_sessions 4');
    expect(text).toContain('lean_docker_mcp_calls_waiting 5');
    expect(text).toContain('lean_docker_mcp_log_lines_dropped_total 7');
    expect(await render()).toContain('lean_docker_mcp_log_lines_dropped_total 7');
    expect(text).toContain('lean_docker_mcp_info{version="1.2.3"} 1');
  });

  it('have no labels that grow with callers, sessions or code', async () => {
    expect(await render()).not.toMatch(/s1|f00d|local/);
  });
});
