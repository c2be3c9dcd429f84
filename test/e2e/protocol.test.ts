/* The Model Context Protocol on stdin and stdout: what clients see, old and new, and how the server ends. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Progress } from '@modelcontextprotocol/client';
import { describe, expect, inject, it, vi } from 'vitest';
import { containersOf, engine, expectNoContainers, patience, runningContainer } from './support/containers.ts';
import { program, programEnvironment } from './support/environment.ts';
import { programText } from './support/programs.ts';
import { startRaw, type RawMessage, type RawServer } from './support/raw-server.ts';
import { connect, type ServerOptions } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const executionTools = ['execute-lean', 'execute-lean-persistent'];

describe.concurrent('clients', () => {
  it('of the older SDK can do everything', async () => {
    const transport = new OlderTransport({
      command: process.execPath,
      args: [program],
      env: programEnvironment(),
      stderr: 'ignore',
    });
    const client = new OlderClient({ name: 'e2e', version: '0' });
    await client.connect(transport);
    const pid = transport.pid ?? 0;
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining([...executionTools, 'cleanup-session']));

    const progress: Progress[] = [];
    const execute = async (name: string, args: Record<string, unknown>): Promise<Readonly<Record<string, unknown>>> => {
      const onprogress = (item: Progress): number => progress.push(item);
      const { structuredContent } = await client.callTool({ name, arguments: args }, undefined, { onprogress });
      return structuredContent as Record<string, unknown>;
    };
    const code = 'def main : IO Unit := IO.println "older"\n';
    expect(await execute('execute-lean', { code })).toMatchObject({
      status: 'success',
      stdout: 'older\n',
      exit_code: 0,
    });
    expect(progress.length).toBeGreaterThan(0);
    const first = await execute('execute-lean-persistent', { code: 'def a := 1\n' });
    const session = { session_id: first['session_id'] };
    expect(await execute('execute-lean-persistent', { code: '#eval a\n', ...session })).toMatchObject({
      status: 'success',
      step: 2,
      diagnostics: [{ severity: 'information', message: '1' }],
    });
    expect(await execute('cleanup-session', session)).toMatchObject({ status: 'success', steps: 2 });
    const refused = await client.callTool({ name: 'execute-lean-persistent', arguments: { code: '', ...session } });
    expect(refused.isError).toBe(true);
    await client.close();
    await expectNoContainers(pid);
  });

  it.each<[string, ServerOptions]>([
    ['of the newer SDK', {}],
    ['of the protocol without handshake', { client: { versionNegotiation: { mode: { pin: '2026-07-28' } } } }],
  ])('%s can do everything', async (_, options) => {
    await using server = await connect(options);
    const progress: Progress[] = [];
    // The client drops what it reads together with the answer.
    await vi.waitFor(async () => {
      const result = await server.execute('def main : IO Unit := IO.println "newer"\n', {
        onprogress: (item) => progress.push(item),
      });
      expect(result).toMatchObject({ status: 'success', stdout: 'newer\n', exit_code: 0 });
      expect(progress.length).toBeGreaterThan(0);
    }, patience);
    const { session_id: id } = await server.step('def a := 1\n');
    expect(await server.step('#eval a\n', id)).toMatchObject({ status: 'success', step: 2 });
    expect((await server.call('cleanup-session', { session_id: id })).structuredContent).toMatchObject({ steps: 2 });
    expect(await server.refusal('execute-lean-persistent', { code: '', session_id: id })).toContain(
      'There is no session',
    );
  });
});

describe('what the server says of itself', () => {
  const server = sharedServer();

  it('is its name and the version of the package', () => {
    const file = path.join(import.meta.dirname, '..', '..', 'package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    expect(server().client.getServerVersion()).toMatchObject({ name: 'lean-docker-mcp', version });
  });

  it('is short, and tells a model what to use', () => {
    const instructions = server().client.getInstructions() ?? '';
    for (const tool of [...executionTools, 'cleanup-session']) expect(instructions).toContain(tool);
    expect(Buffer.byteLength(instructions)).toBeLessThan(2048);
  });

  it('is complete for every tool', async () => {
    const { tools } = await server().client.listTools();
    /** Arguments whose meaning was told, by this tool or one before it. */
    const told = new Set<string>();
    for (const { name, title, description = '', annotations, inputSchema, outputSchema } of tools) {
      expect([title, description], name).not.toContain(description === '' ? '' : undefined);
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const always = ['readOnlyHint', 'destructiveHint', 'openWorldHint'] as const;
      // It has a meaning only for a tool that changes something.
      const hints = [...always, ...(annotations?.readOnlyHint === true ? [] : (['idempotentHint'] as const))];
      expect(
        hints.map((hint) => typeof annotations?.[hint]),
        name,
      ).toEqual(hints.map(() => 'boolean'));
      expect(outputSchema?.['type'], name).toBe('object');
      const parameters = Object.entries(inputSchema.properties ?? {}) as [string, { description?: string }][];
      for (const [parameter, { description: text }] of parameters) {
        if (text !== undefined || description.includes(parameter)) told.add(parameter);
      }
      expect(
        parameters.map(([parameter]) => parameter).filter((parameter) => !told.has(parameter)),
        name,
      ).toEqual([]);
    }
  });

  it('does not call a tool harmless that changes something', async () => {
    const { tools } = await server().client.listTools();
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    expect(hints['execute-lean']).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
    expect(hints['execute-lean-persistent']).toMatchObject({ readOnlyHint: false, idempotentHint: false });
    expect(hints['cleanup-session']).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
    });
  });
});

it('with a network, no tool that runs code is called harmless', async () => {
  await using server = await connect({ settings: { NETWORK_DISABLED: 'false' } });
  const { tools } = await server.client.listTools();
  for (const { name, annotations } of tools) {
    const runsCode = [
      ...executionTools,
      'inspect-lean',
      'try-tactics',
      'check-batch',
      'check-project',
      'verify-lean',
    ].includes(name);
    expect(annotations?.openWorldHint, name).toBe(runsCode);
    if (!runsCode) continue;
    expect(annotations, name).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: false });
  }
  expect(JSON.stringify(tools)).not.toContain('no network');
  expect(server.client.getInstructions()).toContain('have a network');
});

describe.concurrent('progress', () => {
  it('comes at least every 10 s while a call is at work', async () => {
    await using server = await connect();
    const startedAt = performance.now();
    const heard: { at: number; progress: number }[] = [];
    const onprogress = ({ progress }: Progress): number => heard.push({ at: performance.now() - startedAt, progress });
    const result = await server.execute({ code: programText('eval-spin'), timeout: 21 }, { onprogress });
    const duration = performance.now() - startedAt;
    expect(result.outcome).toBe('timed-out');
    const times = [0, ...heard.map(({ at }) => at), duration];
    const longestSilence = Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)));
    // 10 s are promised; the rest is for a machine that is busy.
    expect(longestSilence).toBeLessThan(14_000);
    expect(heard.length).toBeGreaterThanOrEqual(Math.floor(duration / 10_000));
    const numbers = heard.map(({ progress }) => progress);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  it('is not sent to clients that did not ask for it', async () => {
    await using server = await startRaw();
    await server.request('tools/call', { name: 'execute-lean', arguments: { code: '#eval 1' } });
    expect(server.lines.filter((line) => line.includes('notifications/progress'))).toEqual([]);
  });
});

describe.concurrent('stdout', () => {
  it.each([[['serve', '--debug']], [[]]])('of %j carries nothing but the protocol', async (args) => {
    await using server = await startRaw({ args });
    const call = async (tool: string, params: object): Promise<RawMessage> =>
      await server.request('tools/call', { name: tool, arguments: params });
    await server.request('tools/list', {});
    await call('execute-lean', { code: programText('eval-raw-output') });
    await call('execute-lean', { code: 'def main : IO Unit := IO.println "ran"' });
    await call('execute-lean', { code: 'def bad : Nat := "x"' });
    await call('execute-lean', { timout: 1 });
    await call('no-such-tool', {});
    await call('cleanup-session', { session_id: 'none' });
    await call('execute-lean-persistent', { code: '', session_id: 'none' });
    await server.request('no/such/method', {});
    server.write('this is no JSON');
    server.write('{"jsonrpc":"2.0"}');
    expect((await call('execute-lean', { code: '#eval 1' })).result).toMatchObject({
      structuredContent: { status: 'success' },
    });
    server.process.stdin.end();
    await server.ended();
    expect(server.lines.length).toBeGreaterThan(10);
    for (const line of server.lines) {
      expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    }
  });
});

/** Puts a server into a state in which it has containers. */
type Situation = readonly [string, (server: RawServer) => Promise<void>];

function execute(server: RawServer, tool: string, code: string): void {
  server.send('tools/call', { name: tool, arguments: { code, timeout: 200 } });
}

const atWork: readonly Situation[] = [
  [
    'while Lean elaborates',
    async (server) => {
      execute(server, 'execute-lean', programText('eval-spin'));
      await runningContainer(server.pid, 'lean');
    },
  ],
  [
    'while a program runs',
    async (server) => {
      execute(server, 'execute-lean', programText('main-spin'));
      await runningContainer(server.pid, 'program');
    },
  ],
  [
    'with an idle session',
    async (server) => {
      await server.request('tools/call', { name: 'execute-lean-persistent', arguments: { code: 'def a := 1' } });
    },
  ],
];
const starting: readonly Situation[] = [
  ['before anything was asked', () => Promise.resolve()],
  [
    'while containers are being made',
    (server) => {
      for (let i = 0; i < 4; i += 1) execute(server, 'execute-lean', '#eval 1');
      return Promise.resolve();
    },
  ],
];

describe.concurrent.each([...starting, ...atWork])('%s', (_, arrange) => {
  it('the end of stdin ends the server, and no container is left', async () => {
    await using server = await startRaw();
    await arrange(server);
    const endedAt = performance.now();
    server.process.stdin.end();
    expect(await server.ended()).toEqual([0, null]);
    // One second is promised; the rest is for a machine that is busy.
    expect(performance.now() - endedAt).toBeLessThan(30_000);
    // Nothing is left for the engine to do.
    expect(await containersOf(server.pid)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends the server, and no container is left', async (signal) => {
    await using server = await startRaw();
    await arrange(server);
    server.process.kill(signal);
    expect(await server.ended()).toEqual([0, null]);
    expect(await containersOf(server.pid)).toEqual([]);
  });
});

describe.concurrent.each(atWork)('%s', (_, arrange) => {
  it('SIGKILL leaves no container', async () => {
    // One that was created and not yet started would stay until another server sweeps it up.
    await using server = await startRaw({ settings: { POOL_ENABLED: 'false' } });
    await arrange(server);
    await vi.waitFor(async () => {
      expect((await containersOf(server.pid)).filter(({ State }) => State === 'created')).toEqual([]);
    }, patience);
    // Disposing kills it, and waits until every container is gone.
  });

  it('SIGKILL leaves nothing running of what was made ahead', async () => {
    const server = await startRaw();
    await arrange(server);
    server.process.kill('SIGKILL');
    await vi.waitFor(async () => {
      expect((await containersOf(server.pid)).filter(({ State }) => State !== 'created')).toEqual([]);
    }, patience);
    const docker = await engine();
    for (const { Id } of await containersOf(server.pid)) {
      await docker
        .getContainer(Id)
        .remove({ force: true })
        .catch(() => undefined);
    }
    await expectNoContainers(server.pid);
  });
});

it('a client that asks and leaves at once gets no server that stays', async () => {
  await using server = await startRaw({ initialize: false });
  server.process.stdin.end();
  expect(await server.ended()).toEqual([0, null]);
});

// The stand-in knows no #eval that waits for another process.
it.skipIf(inject('isStandIn'))('SIGKILL leaves no container in which Lean waits for another process', async () => {
  await using server = await startRaw({ settings: { POOL_ENABLED: 'false' } });
  const code = '#eval (do let c ← IO.Process.spawn { cmd := "sleep", args := #["1000"] }; let _ ← c.wait : IO Unit)\n';
  execute(server, 'execute-lean', code);
  const container = await runningContainer(server.pid, 'lean');
  await vi.waitFor(async () => {
    const { Processes } = (await container.top()) as { Processes: string[][] };
    expect(Processes.flat().join(' ')).toContain('sleep 1000');
  }, patience);
});
