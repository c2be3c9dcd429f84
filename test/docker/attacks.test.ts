/*
 * The attacks of `lean-docker-mcp doctor --attack`, one a test, on the engine and the toolchain of the tests; then the same
 * on sandboxes that lack a protection, to show that the judges can say no. One after another: each looks at what all of
 * this process has in use.
 */
import { describe, expect, inject, it, vi } from 'vitest';
import { carryOut } from '../../src/attacks/carry-out.ts';
import { allAttacks } from '../../src/attacks/catalogue/all-attacks.ts';
import { projectAttacks } from '../../src/attacks/catalogue/projects.ts';
import { proofAttacks } from '../../src/attacks/catalogue/proofs.ts';
import { patience } from '../e2e/support/containers.ts';
import { shared } from '../support/shared.ts';
import { attackOf, attackTarget, type SandboxRequest, type Weakening } from './support/attack-target.ts';

const { signal } = new AbortController();

describe('every attack is contained', () => {
  const target = shared(() => attackTarget());

  it.each(allAttacks)('$id: $tried', async (attack) => {
    const report = await carryOut(attack, target(), signal);
    expect(report, report.happened).toMatchObject({ verdict: 'contained' });
  });
});

/** Cheats in what a stand-in for Lean can elaborate. */
const inPlainLean = new Set(['V1', 'V2', 'V10']);

describe('every cheat is refused, for its own reason', () => {
  const target = shared(() => attackTarget());

  it.each(proofAttacks.filter(({ id }) => !inject('isStandIn') || inPlainLean.has(id)))(
    '$id: $tried',
    async (attack) => {
      const report = await carryOut(attack, target(), signal);
      expect(report, report.happened).toMatchObject({ verdict: 'contained' });
    },
  );

  it('and one that is none is found out', async () => {
    const submission = 'theorem t : 1 + 1 = 2 := rfl\n';
    const statement = 'theorem t : 1 + 1 = 2 := sorry\n';
    const honest = { id: 'V0', tried: 'nothing', statement, submission, refusedFor: 'axiom-not-allowed' } as const;
    expect(await carryOut(honest, target(), signal)).toMatchObject({
      verdict: 'not-contained',
      happened: 'it is verified',
    });
    const other = { ...honest, submission: 'theorem t : 2 = 1 + 1 := rfl\n' };
    expect(await carryOut(other, target(), signal)).toMatchObject({ verdict: 'not-carried-out' });
  });
});

/** Projects whose code a stand-in for Lean cannot elaborate. */
const needLean = new Set(['M15', 'M16', 'M17', 'M18']);

describe('a project of a stranger is checked, or refused for what is wrong with it', () => {
  const target = shared(() => attackTarget());

  it.each(projectAttacks.filter(({ id }) => !inject('isStandIn') || !needLean.has(id)))(
    '$id: $tried',
    async (attack) => {
      const report = await carryOut(attack, target(), signal);
      expect(report, report.happened).toMatchObject({ verdict: 'contained' });
    },
  );

  it.each([
    [{ refusedFor: 'leads out' }, { verdict: 'not-contained', happened: 'its files were taken' }],
    [{ outcomes: { Main: 'rejected' } as const }, { verdict: 'not-contained', happened: 'Main accepted' }],
    [{ outcomes: { Other: 'accepted' } as const }, { verdict: 'not-carried-out', happened: 'Main accepted' }],
    [{ outcomes: { Main: 'accepted' } as const, noted: 'of nothing' }, { verdict: 'not-carried-out' }],
  ])('and one that is none is found out, where %j is expected', async (expected, found) => {
    const harmless = { id: 'M0', tried: 'nothing', files: () => ({ 'Main.lean': 'def fine : Nat := 1\n' }), expected };
    expect(await carryOut(harmless, target(), signal)).toMatchObject(found);
  });
});

/** What the engine is asked for is changed; the rest of the program does not know. */
const weakenings: readonly {
  readonly id: string;
  readonly without: string;
  readonly weaken: (...request: Parameters<Weakening>) => unknown;
  readonly happened: RegExp;
  readonly settings?: Readonly<Record<string, string>>;
}[] = [
  {
    id: 'R1',
    without: 'a limit on processes',
    weaken: ({ HostConfig }) => Object.assign(HostConfig, { PidsLimit: 400 }),
    happened: /^children \d{3}: .*, and 128 is the limit$/,
  },
  {
    id: 'R16',
    without: 'a limit on CPUs',
    // So little that a busy machine gives more.
    settings: { LEAN_DOCKER_MCP_CPU_LIMIT: '0.01' },
    weaken: ({ HostConfig }) => Object.assign(HostConfig, { NanoCpus: 0 }),
    happened: /^cpus .*is the limit$/,
  },
  {
    id: 'R5',
    without: 'sizes of the folders',
    weaken: ({ HostConfig }) => {
      enlargeFolders(HostConfig, /size=\d+/, 'size=48m');
    },
    happened: /^filled .* of \/tmp.*is the limit$/,
  },
  {
    id: 'R6',
    without: 'a limit on files',
    weaken: ({ HostConfig }) => {
      enlargeFolders(HostConfig, /nr_inodes=\w+/, 'nr_inodes=20k');
    },
    happened: /^files \d+ in \/tmp.*16384 is the limit$/,
  },
  {
    id: 'I3',
    without: 'seccomp',
    weaken: ({ HostConfig }) => Object.assign(HostConfig, { SecurityOpt: ['seccomp=unconfined'] }),
    happened: /^it could: family 2, /,
  },
  {
    id: 'I2',
    without: 'seccomp',
    weaken: ({ HostConfig }) => Object.assign(HostConfig, { SecurityOpt: ['seccomp=unconfined'] }),
    happened: /shared memory/,
  },
  {
    id: 'K3',
    without: 'seccomp',
    weaken: ({ HostConfig }) => Object.assign(HostConfig, { SecurityOpt: ['seccomp=unconfined'] }),
    happened: /personality/,
  },
  {
    id: 'K1',
    without: 'dropped capabilities',
    weaken: (request) => {
      Object.assign(request, { User: '0:0' });
      Object.assign(request.HostConfig, { CapDrop: [], CapAdd: ['SYS_ADMIN'], SecurityOpt: ['seccomp=unconfined'] });
    },
    happened: /mount tmpfs/,
  },
  {
    id: 'K2',
    without: 'no-new-privileges',
    weaken: ({ HostConfig }) => Object.assign(HostConfig, { SecurityOpt: ['seccomp=unconfined'] }),
    happened: /^new programs may get new rights$/,
  },
  {
    id: 'I6',
    without: 'a read-only root',
    weaken: (request) => {
      Object.assign(request, { User: '0:0' });
      Object.assign(request.HostConfig, { ReadonlyRootfs: false, CapDrop: [] });
    },
    happened: /^it could: (?:open|remove) \/opt\/lean\/bin\/lean/,
  },
  {
    id: 'I10',
    without: 'an environment of its own',
    weaken: (request) => request.Env?.push(`LEAKED=${process.env['DOCKER_HOST'] ?? ''} ${process.cwd()}`),
    happened: /^\d+ of them are there$/,
  },
  {
    id: 'I11',
    without: 'the keeper’s protection',
    weaken: ({ Cmd }) => {
      const protection = 'syscall($prctl, 4, 0, 0, 0, 0)';
      if (Array.isArray(Cmd)) Cmd.splice(2, 1, Cmd[2]?.replace(protection, '0') ?? '');
    },
    happened: /^it could: open mem, /,
  },
  {
    id: 'N1-devices',
    without: 'a network of its own',
    weaken: (request) => {
      Object.assign(request, { NetworkDisabled: false, Hostname: undefined });
      Object.assign(request.HostConfig, { NetworkMode: 'host' });
    },
    happened: /^devices \d+.*is the limit$/,
  },
];

function enlargeFolders(hostConfig: SandboxRequest['HostConfig'], what: RegExp, by: string): void {
  for (const [folder, options] of Object.entries(hostConfig.Tmpfs ?? {})) {
    Object.assign(hostConfig.Tmpfs ?? {}, { [folder]: options.replace(what, by) });
  }
}

describe('a sandbox that lacks a protection is found out', () => {
  it.each(weakenings)('$id, without $without', async ({ id, weaken, happened, settings }) => {
    await using target = await attackTarget((request) => {
      weaken(request);
    }, settings);
    // On a busy machine an attack may get less than it takes; then it tries again.
    await vi.waitFor(async () => {
      const report = await carryOut(attackOf(id), target, signal);
      expect(report).toMatchObject({ verdict: 'not-contained', happened: expect.stringMatching(happened) as unknown });
    }, patience);
  });

  it('and so is a container that stays', async () => {
    await using target = await attackTarget();
    const counts = [0, 1];
    const countContainers = (): Promise<number> => Promise.resolve(counts.shift() ?? 1);
    const report = await carryOut(attackOf('P2'), { ...target, countContainers }, signal);
    expect(report).toMatchObject({
      verdict: 'not-contained',
      happened: expect.stringMatching(/^1 container/) as unknown,
    });
  });
});
