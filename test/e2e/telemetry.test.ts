/* What the server tells its operator: metrics, audit, ids in the log. */
import { createHash } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './support/command.ts';
import { patience } from './support/containers.ts';
import { connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { recordedText } from './support/recordings.ts';
import { knownCallers } from './support/known-callers.ts';
import { connect } from './support/server.ts';

type Line = Readonly<Record<string, unknown>>;

const someText: unknown = expect.any(String);
const someNumber: unknown = expect.any(Number);
const good = '#eval 1\n';
const bad = 'def bad : Nat := "x"\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const lines = (text: string): Line[] => {
  const whole = text.split('\n').filter((line) => line.startsWith('{'));
  return whole.map((line) => JSON.parse(line) as Line);
};

/** The lines of the audit in the log, when there are so many: answers can arrive before the log does. */
async function audited(server: { readonly log: () => string }, count: number): Promise<Line[]> {
  const found = (): Line[] => lines(server.log()).filter((line) => line['audit'] === true);
  await vi.waitFor(() => {
    expect(found().length).toBeGreaterThanOrEqual(count);
  }, patience);
  return found();
}

describe('over HTTP', () => {
  it('counts calls in the metrics, by tool and outcome', async () => {
    await using server = await serveHttp();
    await using client = await connectHttp('new client, 2026', server.url);
    await client.call('execute-lean', { code: good });
    await client.call('execute-lean', { code: bad });
    await client.call('describe-session', { session_id: 'nobody' });
    const response = await fetch(`${server.origin}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    expect(text).toContain('lean_docker_mcp_calls_total{tool="execute-lean",outcome="success",error=""} 1');
    expect(text).toContain('lean_docker_mcp_calls_total{tool="execute-lean",outcome="rejected",error=""} 1');
    expect(text).toMatch(
      /lean_docker_mcp_calls_total\{tool="describe-session",outcome="failed",error="session-unknown"\} 1/,
    );
    expect(text).toContain('lean_docker_mcp_call_phase_seconds_count{phase="elaborate"} 2');
    expect(text).toMatch(/lean_docker_mcp_sandbox_creation_seconds_count [1-9]/);
    expect(text).toMatch(/lean_docker_mcp_sandboxes\{state="leased"\} \d/);
  });

  it('counts as rejected by Lean only what Lean has rejected', async () => {
    await using server = await serveHttp();
    await using client = await connectHttp('new client, 2026', server.url);
    await client.call('cleanup-session', { session_id: 'nobody' });
    const unreached = recordedText('attempt-unreached');
    const aimless = await client.call('try-tactics', { code: unreached, sorry: 1, attempts: ['rfl'] });
    expect(aimless.structured).toMatchObject({ status: 'error', outcome: 'completed' });
    const none = { outcome: 'nothing-done', principal: 'local' };
    expect(await audited(server, 2)).toMatchObject([
      { ...none, tool: 'cleanup-session', session: 'nobody' },
      { ...none, tool: 'try-tactics', code_sha256: sha256(unreached), phases_ms: { elaborate: someNumber } },
    ]);
    const metrics = await (await fetch(`${server.origin}/metrics`)).text();
    expect(metrics).not.toContain('outcome="rejected"');
    expect(metrics).toContain('calls_total{tool="cleanup-session",outcome="nothing-done",error=""} 1');
    expect(metrics).toContain('calls_total{tool="try-tactics",outcome="nothing-done",error=""} 1');
    const page = await (await fetch(`${server.origin}/`)).text();
    expect(page).not.toContain('fill="var(--rejected)"');
  });

  it('gives every request an id, or takes the one of a proxy, and puts it on the lines of the call', async () => {
    await using server = await serveHttp();
    const own = await fetch(`${server.origin}/healthz`);
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const forged = await fetch(`${server.origin}/healthz`, { headers: { 'x-request-id': 'two words' } });
    expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '0' } },
    };
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const opened = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(body) });
    const session = opened.headers.get('mcp-session-id') ?? '';
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'execute-lean', arguments: { code: good } },
    };
    const answered = await fetch(server.url, {
      method: 'POST',
      headers: { ...headers, 'mcp-session-id': session, 'x-request-id': 'proxy-7' },
      body: JSON.stringify(call),
    });
    expect(answered.headers.get('x-request-id')).toBe('proxy-7');
    await answered.text();
    const [audit] = await audited(server, 1);
    expect(audit).toMatchObject({ request: 'proxy-7', principal: 'local', tool: 'execute-lean', outcome: 'success' });
  });
});

describe('audit', () => {
  it('is one line a call in the log, and never holds the code', async () => {
    await using server = await connect();
    await server.execute(good);
    const { session_id: session } = await server.step(bad);
    await server.refusal('describe-session', { session_id: 'nobody' });
    const audit = await audited(server, 3);
    expect(audit).toMatchObject([
      { tool: 'execute-lean', outcome: 'success', code_sha256: sha256(good), code_bytes: 8, principal: 'local' },
      { tool: 'execute-lean-persistent', outcome: 'rejected', code_sha256: sha256(bad), session },
      { tool: 'describe-session', outcome: 'failed', error: 'session-unknown', session: 'nobody' },
    ]);
    for (const line of audit) expect(line).toMatchObject({ call: someText, duration_ms: someNumber });
    expect(audit[0]?.['phases_ms']).toMatchObject({ queue: someNumber, elaborate: someNumber });
    expect(server.log()).not.toContain('def bad');
    const failure = lines(server.log()).find(({ msg }) => msg === 'A tool call failed');
    expect(failure?.['call']).toBe(audit[2]?.['call']);
  });

  it('is one line a call, too, when its arguments are refused', async () => {
    await using server = await serveHttp();
    await using client = await connectHttp('new client, 2026', server.url);
    const refusals = [
      await client.call('execute-lean', { code: 7 }),
      await client.call('execute-lean', { code: good, timeout: -1 }),
    ];
    for (const { isError, text } of refusals) {
      expect([isError, text]).toEqual([true, expect.stringContaining('Invalid arguments for tool execute-lean')]);
    }
    await expect(client.call('made-up', { code: bad })).rejects.toThrow('made-up');
    await client.call('execute-lean', { code: good });
    const refused = { tool: 'execute-lean', outcome: 'failed', error: 'usage', principal: 'local', request: someText };
    expect(await audited(server, 4)).toMatchObject([
      { ...refused, call: someText },
      { ...refused, code_sha256: sha256(good) },
      { ...refused, tool: 'unknown', code_sha256: sha256(bad) },
      { outcome: 'success' },
    ]);
    const metrics = await (await fetch(`${server.origin}/metrics`)).text();
    expect(metrics).toContain('calls_total{tool="execute-lean",outcome="failed",error="usage"} 2');
    expect(metrics).toContain('calls_in_progress{tool="execute-lean"} 0');
  });

  it('is one line, too, for a call of a tool that there is not, on stdio as over HTTP', async () => {
    await using server = await connect();
    await expect(server.call('made-up', { code: bad })).rejects.toThrow('made-up');
    await server.execute(good);
    expect(await audited(server, 2)).toMatchObject([
      { tool: 'unknown', outcome: 'failed', error: 'usage', principal: 'local', code_sha256: sha256(bad) },
      { tool: 'execute-lean', outcome: 'success' },
    ]);
    expect(server.log()).not.toContain('made-up');
  });

  it('knows every text that came with a call', async () => {
    await using server = await connect();
    const code = recordedText('attempt-base');
    await server.call('try-tactics', { code, sorry: 1, attempts: ['rfl', 'simp'] });
    await server.refusal('try-tactics', { code, sorry: -1, attempts: ['rfl'] });
    const attempts = ['rfl', 'simp'].map((text, index) => ({
      name: `attempts[${index}]`,
      sha256: sha256(text),
      bytes: text.length,
    }));
    expect(await audited(server, 2)).toMatchObject([
      { tool: 'try-tactics', outcome: 'success', code_sha256: sha256(code), texts: attempts },
      { tool: 'try-tactics', error: 'usage', code_sha256: sha256(code), texts: attempts.slice(0, 1) },
    ]);
    expect(server.log()).not.toContain('simp');
  });

  it('has a line for a request that nobody may make', async () => {
    await using callers = await knownCallers('ada');
    await using server = await serveHttp({ settings: callers.settings });
    const headers = { 'x-request-id': 'proxy-8', authorization: 'Bearer guessed' };
    expect((await fetch(server.url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
    const page = { origin: 'https://elsewhere.example' };
    expect((await fetch(server.url, { method: 'POST', headers: page, body: '{}' })).status).toBe(403);
    expect(await audited(server, 2)).toMatchObject([
      { outcome: 'refused', status: 401, request: 'proxy-8' },
      { outcome: 'refused', status: 403 },
    ]);
    expect(server.log()).not.toContain('guessed');
  });

  it('goes to the home folder when the file begins with ~', async () => {
    await using folder = await temporaryFolder();
    const yaml = path.join(folder.path, 'config.yaml');
    await writeFile(yaml, 'telemetry:\n  audit_file: ~/audit.jsonl\n');
    const env = { HOME: folder.path, DOCKER_HOST: process.env['DOCKER_HOST'] ?? '' };
    const { exitCode } = await runCommand(['run', '-', '--config', yaml], { env, stdin: good, cwd: folder.path });
    expect(exitCode).toBe(0);
    expect((await readdir(folder.path)).sort()).toEqual(['audit.jsonl', 'config.yaml']);
  });

  it('goes to a file of its own, which only its owner reads', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'log', 'audit.jsonl');
    for (const code of [good, bad]) {
      await using server = await connect({ settings: { TELEMETRY_AUDIT_FILE: file } });
      await server.execute(code);
      expect(server.log()).not.toContain('"audit"');
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(lines(await readFile(file, 'utf8'))).toMatchObject([
      { kind: 'call', time: someText, code_sha256: sha256(good), outcome: 'success' },
      { kind: 'call', time: someText, code_sha256: sha256(bad), outcome: 'rejected' },
    ]);
  });
});
