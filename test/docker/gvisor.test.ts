/*
 * Sandboxes that have gVisor's kernel, on an engine of this test's own: what `doctor` finds, and the attacks whose
 * outcome depends on the kernel or on how limits are enforced. The others are the same Lean on any kernel.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { carryOut, type AttackTarget } from '../../src/attacks/carry-out.ts';
import { spawningProgram } from '../../src/attacks/lean-programs.ts';
import type { CheckResult } from '../../src/doctor/check.ts';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { runCommand } from '../e2e/support/command.ts';
import { containersOf, patience, sandboxesOfProgram } from '../e2e/support/containers.ts';
import { connect } from '../e2e/support/server.ts';
import { attackOf, attackTarget } from './support/attack-target.ts';
import { startPrivateEngine, whyNoPrivateEngine, type PrivateEngine } from './support/private-engine.ts';

const reason = whyNoPrivateEngine() ?? whyNoGvisor();
const unlessTried = reason === undefined ? '' : ` (not tried: ${reason})`;
/** What a busy machine can spoil. */
const onTheCpus = attackOf('R16');
/** Attacks whose outcome depends on the kernel, or on how limits are enforced. */
const depending = [
  ...['R1', 'R2', 'R13', 'R15', 'R3', 'R4', 'R5', 'R6', 'R7'],
  ...['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I10', 'I11', 'I11-signals'],
  ...['N2', 'N1', 'N1-names', 'N1-devices', 'K1', 'K2', 'K3', 'K4', 'K5', 'P1'],
].map(attackOf);
/** Until a machine that does other things too has a CPU to spare. */
const longPatience = { ...patience, timeout: 500_000 };
const { signal } = new AbortController();

// The oldest way of gVisor to intercept system calls, which needs nothing of the machine; and no network of its own.
const flags = ['--platform=ptrace', '--network=none'];
const runtimes = {
  runsc: { path: 'runsc', runtimeArgs: flags },
  'runsc-unlimited': { path: 'runsc', runtimeArgs: [...flags, '--ignore-cgroups'] },
};

let closeEngine: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  if (reason !== undefined) return;
  const engine: PrivateEngine = await startPrivateEngine(inject('sandboxImage'), { runtimes });
  closeEngine = async () => {
    await engine[Symbol.asyncDispose]();
  };
  vi.stubEnv('DOCKER_HOST', `unix://${engine.socketPath}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await closeEngine();
});

function whyNoGvisor(): string | undefined {
  try {
    execFileSync('runsc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no runsc';
  }
}

async function verdicts(runtime: string): Promise<Readonly<Record<string, CheckResult['verdict']>>> {
  const { stdout } = await runCommand(['doctor', '--json'], { env: { LEAN_DOCKER_MCP_RUNTIME: runtime } });
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly CheckResult[] };
  return Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
}

describe.skipIf(reason !== undefined)(`under gVisor${unlessTried}`, () => {
  it('doctor says which limits it cannot see, and that the rest works', async () => {
    expect(await verdicts('runsc')).toMatchObject({
      protection: 'ok',
      limits: 'warning',
      swap: 'skipped',
      toolchain: 'ok',
      'trial-run': expect.stringMatching(/^(?:ok|warning)$/) as unknown,
    });
  });

  it('doctor finds out that limits are ignored', async () => {
    expect(await verdicts('runsc-unlimited')).toMatchObject({ limits: 'failed', 'trial-run': 'skipped' });
  });

  it('an image is tried out under the runtime that its sandboxes will have', async () => {
    const docker = await connectEngine(process.env);
    const runtimesOfProbes: Promise<string | undefined>[] = [];
    const filters = { event: ['create'], label: [`${containerLabels.purpose}=probe`] };
    const events: unknown = await docker.getEvents({ filters });
    if (!(events instanceof Readable)) throw new Error('the engine tells no events');
    createInterface({ input: events }).on('line', (line) => {
      const { id } = JSON.parse(line) as { readonly id: string };
      const inspected = docker.getContainer(id).inspect();
      runtimesOfProbes.push(inspected.then(({ HostConfig }) => HostConfig.Runtime));
    });
    const tag = `gvisor-test:${randomUUID()}`;
    const { exitCode, stderr } = await runCommand(['image', 'build', '--tag', tag, '--base', inject('sandboxImage')], {
      settings: { RUNTIME: 'runsc' },
      env: { LEAN_TOOLCHAIN_DIR: inject('toolchainDir') },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    events.destroy();
    expect(new Set(await Promise.all(runtimesOfProbes))).toEqual(new Set(['runsc']));
  });

  it('a sandbox that holds the stdin of its main process goes when the server is killed', async () => {
    const server = await connect({ settings: { RUNTIME: 'runsc', POOL_ENABLED: 'false' } });
    const hold = 'exec 8</proc/1/fd/0 9<>/proc/1/fd/0; while :; do sleep 1; done';
    server.execute({ code: spawningProgram, args: [hold], timeout: 300 }).catch(() => undefined);
    await vi.waitFor(async () => {
      const running = (await containersOf(server.pid)).filter(({ State }) => State === 'running');
      expect(running).toHaveLength(sandboxesOfProgram());
    }, patience);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    process.kill(server.pid, 'SIGKILL');
    await vi.waitFor(async () => {
      expect(await containersOf(server.pid)).toEqual([]);
    }, patience);
  });

  describe('an attack is contained', () => {
    let target: AttackTarget & AsyncDisposable;
    beforeAll(async () => {
      // With as few processes as can be: a kernel of the sandbox's own may end under the many that a stand-in takes.
      target = await attackTarget(undefined, {
        LEAN_DOCKER_MCP_RUNTIME: 'runsc',
        LEAN_DOCKER_MCP_ELABORATOR: 'false',
      });
    });
    afterAll(async () => {
      await target[Symbol.asyncDispose]();
    });

    it.each(depending)('$id: $tried', async (attack) => {
      const report = await carryOut(attack, target, signal);
      expect(report, report.happened).toMatchObject({ verdict: 'contained' });
    });

    it(`${onTheCpus.id}: ${onTheCpus.tried}`, async () => {
      // How much work gets done in a second depends on what else the machine does.
      await vi.waitFor(async () => {
        const report = await carryOut(onTheCpus, target, signal);
        expect(report, report.happened).toMatchObject({ verdict: 'contained' });
      }, longPatience);
    });
  });

  it.skipIf(availableParallelism() < 2)('the attack on the CPUs finds out, too, that limits are ignored', async () => {
    await using target = await attackTarget(undefined, {
      LEAN_DOCKER_MCP_RUNTIME: 'runsc-unlimited',
      LEAN_DOCKER_MCP_ELABORATOR: 'false',
    });
    // A machine that has no second CPU to spare just then lets nobody have two.
    await vi.waitFor(async () => {
      const report = await carryOut(onTheCpus, target, signal);
      expect(report).toMatchObject({
        verdict: 'not-contained',
        happened: expect.stringContaining('work') as unknown,
      });
    }, longPatience);
  });
});
