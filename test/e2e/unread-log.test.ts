/* A client need not read what the server says on stderr: calls are answered all the same, and what is lost is counted. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { patience } from './support/containers.ts';
import { runCommand } from './support/command.ts';
import { startRaw, type RawServer } from './support/raw-server.ts';

type Line = Readonly<Record<string, unknown>>;

const settings = { POOL_ENABLED: 'false' };
const cheapCall = { name: 'list-sessions', arguments: {} };

interface Pipe {
  readonly reading: number;
  readonly writing: number;
}

/** A pipe as the system has it. */
async function openPipe(): Promise<Pipe> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const file = path.join(folder.path, 'stderr');
  execFileSync('mkfifo', [file]);
  // Opened twice, because how reading is done must not be shared with whoever writes.
  const reading = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writing = openSync(file, constants.O_WRONLY);
  onTestFinished(() => {
    closeSync(reading);
    closeSync(writing);
  });
  return { reading, writing };
}

/** What is in the pipe now. */
function readAll({ reading }: Pipe): string {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(65_536);
    try {
      parts.push(part.subarray(0, readSync(reading, part)));
    } catch {
      return Buffer.concat(parts).toString();
    }
  }
}

/** Makes so many calls and waits for their answers. */
async function callOften(server: RawServer, calls: number): Promise<void> {
  const before = server.lines.length;
  for (let count = 0; count < calls; count += 1) server.send('tools/call', cheapCall);
  await vi.waitFor(() => {
    expect(server.lines.length).toBe(before + calls);
  }, patience);
  const wrong = server.lines.slice(before).filter((line) => !line.includes('"structuredContent":{"sessions":[]}'));
  expect(wrong).toEqual([]);
}

it('nobody waits for a reader of stderr that never comes, and the log says how much of it was lost', async () => {
  const pipe = await openPipe();
  await using server = await startRaw({ settings, stderr: pipe.writing });
  const calls = 2500;
  await callOften(server, calls);
  let log = '';
  const lines = (): Line[] => {
    log += readAll(pipe);
    return log
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  };
  // When there is room again, the next line is preceded by the number of those that were lost.
  const lost = await vi.waitFor(async () => {
    lines();
    await callOften(server, 1);
    const told = lines().find(({ dropped }) => dropped !== undefined);
    expect(told).toMatchObject({ level: 40, msg: 'Nobody read the log: lines were dropped' });
    return Number(told?.['dropped']);
  }, patience);
  expect(lost).toBeGreaterThan(0);
  const before = lines().findIndex(({ dropped }) => dropped !== undefined);
  const audited = lines()
    .slice(0, before)
    .filter(({ audit }) => audit === true).length;
  expect(audited).toBeGreaterThan(0);
  expect(audited + lost).toBeGreaterThanOrEqual(calls);
});

it('a reader of stderr that goes does not take the server with it', async () => {
  await using server = await startRaw({ settings });
  server.process.stderr?.destroy();
  await callOften(server, 20);
  server.process.stdin.end();
  expect(await server.ended()).toEqual([0, null]);
});

it('ends in time although nobody reads stderr', async () => {
  const { writing } = await openPipe();
  await using server = await startRaw({ settings, stderr: writing });
  await callOften(server, 600);
  server.process.stdin.end();
  expect(await server.ended()).toEqual([0, null]);
});

it('an audit file that is a pipe is refused, because writing to it could wait', async () => {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const file = path.join(folder.path, 'audit');
  execFileSync('mkfifo', [file]);
  const env = { LEAN_DOCKER_MCP_TELEMETRY_AUDIT_FILE: file };
  const { exitCode, stderr } = await runCommand(['serve'], { env, stdin: '' });
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('no ordinary file') as string });
});
