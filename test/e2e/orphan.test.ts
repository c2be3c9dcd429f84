/*
 * The client is killed, and its end of the server's stdin stays open, because another process has inherited it: the server
 * finds out, and ends with all its containers.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asVariables, program, programEnvironment } from './support/environment.ts';
import { containersOf, expectNoContainers, patience, runningContainer } from './support/containers.ts';

const requests = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'e2e', version: '0' } },
  },
  { method: 'notifications/initialized' },
  { id: 2, method: 'tools/call', params: { name: 'execute-lean-persistent', arguments: { code: 'def x := 1' } } },
];

/** How the client starts the server. The shell function `server` is the server; each notes its process. */
const launches = [
  ['itself', 'server'],
  ['by way of others, as with npx', `bash -c 'bash -c "server; true"; true'; true`],
] as const;

interface Client {
  readonly pid: number;
  readonly server: number;
}

/** A shell that is the client: beside the server it has a process that holds the writing end of the server's stdin. */
async function startClient(launch: string): Promise<Client> {
  const folder = await temporaryFolder();
  const noted = path.join(folder.path, 'server');
  const script = `
    server() { echo $BASHPID > ${noted}; exec ${process.execPath} ${program} > ${folder.path}/out 2> ${folder.path}/err; }
    export -f server
    { printf '%s\\n' "$REQUESTS"; exec sleep 1000; } | { ${launch}; }
    wait`;
  const lines = requests.map((request) => JSON.stringify({ jsonrpc: '2.0', ...request })).join('\n');
  const env = { ...programEnvironment(asVariables({ POOL_SIZE: '1' })), REQUESTS: lines };
  // A group of its own, so that nothing of it is left behind.
  const client = spawn('bash', ['-c', script], { env, stdio: 'ignore', detached: true });
  const { pid = 0 } = client;
  const noteOf = (file: string): number => Number(readFileSync(file, 'utf8'));
  onTestFinished(async () => {
    killGroup(pid);
    await folder[Symbol.asyncDispose]();
  });
  const server = await vi.waitFor(() => {
    const pid = noteOf(noted);
    expect(pid).toBeGreaterThan(0);
    return pid;
  }, patience);
  return { pid, server };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

function isThere(pid: number): boolean {
  try {
    // One that nobody has waited for yet is gone, too.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

it.skipIf(process.platform !== 'linux').each(launches)(
  'a server ends when its client is killed that started it %s, and something else holds stdin open',
  async (_, launch) => {
    const client = await startClient(launch);
    await runningContainer(client.server, 'lean');
    expect(isThere(client.server)).toBe(true);
    process.kill(client.pid, 'SIGKILL');
    await vi.waitFor(() => {
      expect(isThere(client.server)).toBe(false);
    }, patience);
    await expectNoContainers(client.server);
  },
);

it.skipIf(process.platform !== 'linux')(
  'a server goes on when only the one goes that has handed on stdin',
  async () => {
    const client = await startClient(`bash -c '(server) <&0 & exit' ; sleep 1000`);
    await runningContainer(client.server, 'lean');
    // Longer than it takes to look.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    expect(isThere(client.server)).toBe(true);
    expect((await containersOf(client.server)).length).toBeGreaterThan(0);
  },
);
