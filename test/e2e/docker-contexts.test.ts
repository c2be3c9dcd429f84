/* The engine is the one that the user's other Docker tools use: that of the active context. */
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckResult } from '../../src/doctor/check.ts';
import { leaveSocket, writeContexts, type WrittenContext } from '../support/docker-contexts.ts';
import { engineSocket } from '../support/engine-socket.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, type CommandResult } from './support/command.ts';

/** A user with these contexts, of which the first is active, and no other setting that names an engine. */
async function user(contexts: readonly WrittenContext[]) {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await writeContexts(folder.path, contexts);
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> =>
    runCommand(args, {
      env: { HOME: folder.path, XDG_RUNTIME_DIR: folder.path, ...env },
      without: ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'].filter((name) => !(name in env)),
    });
  const engineCheck = async (env: Readonly<Record<string, string>> = {}): Promise<CheckResult | undefined> => {
    const { checks } = JSON.parse((await run(['doctor', '--json'], env)).stdout) as { checks: CheckResult[] };
    return checks.find(({ name }) => name === 'engine');
  };
  return { home: folder.path, run, engineCheck };
}

const real = `unix://${(await engineSocket()) ?? ''}`;
const hello = ['run', 'examples/hello.lean'];
const greets = { exitCode: 0, stdout: 'Hello, Lean4!\n' };

describe('the engine of the active context', () => {
  it('is used, and named by doctor', async () => {
    const { run, engineCheck } = await user([{ name: 'orbstack', host: real }]);
    expect(await run(hello)).toMatchObject(greets);
    expect(await engineCheck()).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining(`at ${real} (context orbstack)`) as string,
    });
  });

  it('is chosen by DOCKER_CONTEXT, which no other takes the place of', async () => {
    const { home, run, engineCheck } = await user([
      { name: 'gone', host: 'unix:///nonexistent/docker.sock' },
      { name: 'here', host: real },
    ]);
    await symlink(real.slice('unix://'.length), path.join(home, 'docker.sock'));
    expect(await run(hello, { DOCKER_CONTEXT: 'here' })).toMatchObject(greets);
    const env = { DOCKER_CONTEXT: 'gone' };
    expect(await run(hello, env)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('No Docker engine answers at /nonexistent/docker.sock (ENOENT).') as string,
    });
    expect(await engineCheck(env)).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('unix:///nonexistent/docker.sock (context gone)') as string,
      next: expect.stringContaining('unset DOCKER_CONTEXT') as string,
    });
    const unknown = await run(hello, { DOCKER_CONTEXT: 'no-such' });
    expect(unknown).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/DOCKER_CONTEXT names the context "no-such"[^]*There are: default, /) as string,
    });
  });

  it('that does not answer is passed over with a warning, and so is a socket that was left behind', async () => {
    const { home, run, engineCheck } = await user([{ name: 'colima', host: 'unix:///nonexistent/docker.sock' }]);
    await leaveSocket(path.join(home, 'docker.sock'));
    await mkdir(path.join(home, '.rd'));
    await symlink(real.slice('unix://'.length), path.join(home, '.rd', 'docker.sock'));
    const { exitCode, stdout, stderr } = await run(hello);
    expect({ exitCode, stdout }).toEqual(greets);
    expect(stderr).toContain('Using another Docker engine than the first');
    expect(stderr).toContain('(context colima)');
    expect(await engineCheck()).toMatchObject({
      verdict: 'warning',
      detail: expect.stringMatching(/Docker .*here is nothing at unix:\S+ \(context colima\)/) as string,
      next: expect.stringContaining('docker context use') as string,
    });
  });
});
