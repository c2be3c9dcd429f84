/** `lean-docker-mcp doctor` as a person types it, on the real engine and on some that are not. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { CheckResult } from '../../src/doctor/check.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { runCommand, type CommandOptions } from '../e2e/support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { relabelledImage } from './support/relabelled-image.ts';

const docker = await connectEngine(process.env);
const base = process.env['LEAN_DOCKER_MCP_BASE_IMAGE'] ?? 'debian:bookworm-slim';

interface Report {
  readonly exitCode: number | null;
  readonly ready: boolean;
  readonly checks: readonly CheckResult[];
}

async function doctor(options: CommandOptions = {}): Promise<Report> {
  const { exitCode, stdout } = await runCommand(['doctor', '--json'], options);
  return { exitCode, ...(JSON.parse(stdout) as Omit<Report, 'exitCode'>) };
}

function find(checks: readonly CheckResult[], wanted: string): CheckResult | undefined {
  return checks.find(({ name }) => name === wanted);
}

function namesWith(checks: readonly CheckResult[], verdict: CheckResult['verdict']): string[] {
  return checks.filter((check) => check.verdict === verdict).map(({ name }) => name);
}

describe('on the engine of the tests', () => {
  it('finds everything ready', async () => {
    const { exitCode, ready, checks } = await doctor();
    expect({ exitCode, ready, failed: namesWith(checks, 'failed') }).toEqual({ exitCode: 0, ready: true, failed: [] });
    expect(find(checks, 'limits')).toMatchObject({
      verdict: 'ok',
      detail: 'a sandbox read its own: 1 GiB memory, 256 processes, 1 CPU',
    });
    expect(find(checks, 'toolchain')).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining(inject('toolchainVersion')) as unknown,
    });
    expect(find(checks, 'trial-run')?.detail).toMatch(/^#eval 1 \+ 1 gave 2 in \d+ ms/);
    // Of what may not apply to a machine, only this is left out.
    expect(['disk', 'memory']).toEqual(expect.arrayContaining(namesWith(checks, 'skipped')));
  });

  it('says where what was set was set, and asks for it', async () => {
    const { checks } = await doctor({ settings: { PIDS_LIMIT: '64', CPU_LIMIT: '0.5', MEMORY_LIMIT: '300m' } });
    const { detail } = find(checks, 'configuration') ?? {};
    expect(detail).toContain('docker.memory_limit = 300 MiB (LEAN_DOCKER_MCP_MEMORY_LIMIT)');
    expect(detail).toContain('docker.pids_limit = 64 (LEAN_DOCKER_MCP_PIDS_LIMIT)');
    expect(find(checks, 'limits')).toMatchObject({
      verdict: 'ok',
      detail: 'a sandbox read its own: 300 MiB memory, 64 processes, 0.5 CPU',
    });
  });

  it('prints a line for each check and whether all is ready', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['doctor']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^✓ configuration /);
    expect(lines[1]).toMatch(/^✓ engine {8}Docker \d/);
    expect(lines.at(-1)).toMatch(/^Ready/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('images', () => {
  it('names the command that builds a missing one, and does not build it', async () => {
    const missing = `doctor-test:${randomUUID()}`;
    const { exitCode, ready, checks } = await doctor({ settings: { IMAGE: missing, BASE_IMAGE: base } });
    expect({ exitCode, ready, failed: namesWith(checks, 'failed') }).toEqual({
      exitCode: 3,
      ready: false,
      failed: ['image'],
    });
    const config = path.join(import.meta.dirname, '..', 'e2e', 'support', 'empty.yaml');
    const flagged = await runCommand(['doctor', '--json', '--config', config], { settings: { IMAGE: missing } });
    expect(find(checks, 'image')?.next).toBe('lean-docker-mcp image build');
    expect(find((JSON.parse(flagged.stdout) as Report).checks, 'image')?.next).toBe(
      `lean-docker-mcp image build --config ${config}`,
    );
    expect(find(checks, 'limits')?.verdict).toBe('ok');
    expect(namesWith(checks, 'skipped')).toEqual(expect.arrayContaining(['toolchain', 'trial-run']));
    expect(await inspectImage(docker, missing)).toBeUndefined();
  });

  it('refuses one that is not ours', async () => {
    const { exitCode, checks } = await doctor({ settings: { IMAGE: base } });
    expect(exitCode).toBe(3);
    expect(find(checks, 'image')).toEqual({
      name: 'image',
      verdict: 'failed',
      detail: `The image ${base} was not built by lean-docker-mcp.`,
      next: 'lean-docker-mcp image build',
    });
  });

  it('notices that the toolchain is not the one of the label', async () => {
    await using image = await relabelledImage(docker, (facts) => ({
      ...facts,
      toolchain: { ...facts.toolchain, versionLine: 'Lean (version 99.0.0)' },
    }));
    const { exitCode, checks } = await doctor({ settings: { IMAGE: image.name } });
    expect(exitCode).toBe(3);
    expect(namesWith(checks, 'failed')).toEqual(['toolchain']);
    expect(find(checks, 'toolchain')?.detail).toContain('“Lean (version 99.0.0)”');
    expect(find(checks, 'trial-run')).toMatchObject({ verdict: 'skipped', detail: 'toolchain did not pass' });
  });

  it('warns where an image gets less memory than it asks for', async () => {
    await using image = await relabelledImage(docker, (facts) => ({ ...facts, memoryHint: 1536 * 1024 ** 2 }));
    const asWanted = await doctor({ settings: { IMAGE: image.name } });
    expect(find(asWanted.checks, 'limits')?.detail).toContain('1.5 GiB memory');
    expect(find(asWanted.checks, 'memory-hint')?.verdict).toBe('ok');
    const less = await doctor({ settings: { IMAGE: image.name, MEMORY_LIMIT: '512m' } });
    expect(less.exitCode).toBe(0);
    expect(find(less.checks, 'memory-hint')).toMatchObject({
      verdict: 'warning',
      next: 'export LEAN_DOCKER_MCP_MEMORY_LIMIT=1536m',
    });
  });
});

describe('engines that are not there', () => {
  it('says where it looked, and checks nothing that needs an engine', async () => {
    const { exitCode, ready, checks } = await doctor({ env: { DOCKER_HOST: 'unix:///no/such/docker.sock' } });
    expect({ exitCode, ready }).toEqual({ exitCode: 3, ready: false });
    expect(find(checks, 'engine')).toMatchObject({
      verdict: 'failed',
      detail: 'no engine answers at DOCKER_HOST=unix:///no/such/docker.sock (ENOENT)',
      next: expect.stringContaining('unset DOCKER_HOST') as string,
    });
    expect(namesWith(checks, 'ok')).toEqual(['configuration']);
    expect(namesWith(checks, 'skipped')).toHaveLength(checks.length - 2);
  });

  it('ends although an engine takes the connection and never answers', async () => {
    await using folder = await temporaryFolder();
    const socket = path.join(folder.path, 'docker.sock');
    const mute = await listen(createServer(), socket);
    const { exitCode, checks } = await doctor({ env: { DOCKER_HOST: `unix://${socket}` } });
    mute.close();
    expect(exitCode).toBe(3);
    expect(find(checks, 'engine')).toMatchObject({ verdict: 'failed', detail: 'no answer within 10 s' });
  });
});

it('tells all that is wrong with the configuration, and checks the engine all the same', async () => {
  const { exitCode, ready, checks } = await doctor({ settings: { TIMEOUT: 'soon', MEMORY_LIMIT: '1' } });
  expect({ exitCode, ready }).toEqual({ exitCode: 2, ready: false });
  expect(find(checks, 'configuration')).toMatchObject({
    verdict: 'failed',
    detail: expect.stringMatching(/docker\.memory_limit.*\n.*docker\.timeout/) as string,
  });
  expect(find(checks, 'engine')?.verdict).toBe('ok');
  expect(namesWith(checks, 'skipped')).toEqual(expect.arrayContaining(['image', 'limits', 'toolchain', 'trial-run']));
});

function listen(server: Server, socket: string): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(socket, () => {
      resolve(server);
    });
  });
}
