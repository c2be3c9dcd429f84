/** The pool of sandboxes on a real engine, with Lean in them. */
import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { Deadline } from '../../src/core/deadline.ts';
import { localPrincipal } from '../../src/core/ids.ts';
import { ReadingTurns } from '../../src/core/reading-turns.ts';
import { SandboxSupply, type LeasedServer, type PoolPlan } from '../../src/execution/sandbox-supply.ts';
import { readImage } from '../../src/image/read-image.ts';
import type { LeanLaunch } from '../../src/lean/lean-launch.ts';
import { LeanServer } from '../../src/lean/lean-server.ts';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { DockerDriver } from '../../src/sandbox/docker/docker-driver.ts';
import { containersOf, engine, expectNoContainers, patience } from '../e2e/support/containers.ts';
import { programText } from '../e2e/support/programs.ts';
import { someJail } from '../fakes/jail.ts';
import { recordingLogger } from '../fakes/recording-logger.ts';

const forever = new AbortController().signal;

let docker: Docker;
let launch: LeanLaunch;
beforeAll(async () => {
  docker = await engine();
  const image = await readImage(docker, inject('sandboxImage'));
  if (image === undefined) throw new Error('the image of the tests is gone');
  launch = {
    image: image.id,
    // Kinds of sandboxes are those without an elaborator, where there is one more.
    toolchain: { ...image.toolchain, elaborator: { kind: 'none', reason: 'the test goes without' } },
    jail: someJail,
  };
});

/** A supply of its own for a test. */
function openSupply(plan: PoolPlan, currentLaunch: () => LeanLaunch = () => launch) {
  const logger = recordingLogger();
  const driver = new DockerDriver({ connect: engine, maxConcurrentCreations: 3, logger });
  const output = { keepBytes: 10_000, stopBytes: 1_000_000 };
  const supply = new SandboxSupply({
    driver,
    currentLaunch: () => Promise.resolve(currentLaunch()),
    plan: () => Promise.resolve(plan),
    startLean: (made, signal) => LeanServer.start(driver, made, output, new ReadingTurns(), signal),
    startQuestions: (made, signal) => LeanServer.start(driver, made, output, new ReadingTurns(), signal),
    maxAgeMs: 600_000,
    output,
    logger,
  });
  const close = async (): Promise<void> => {
    await supply[Symbol.asyncDispose]();
    await driver[Symbol.asyncDispose]();
  };
  onTestFinished(async () => {
    await close();
    await expectNoContainers(process.pid);
  });
  return { supply, driver, logger, close };
}

/** A supply whose sandboxes are ready. */
async function fullSupply(plan: PoolPlan) {
  const opened = openSupply(plan);
  await opened.supply.fill('default', launch);
  await expectWarm(opened.supply, plan.size);
  return opened;
}

async function expectWarm(supply: SandboxSupply, count: number): Promise<void> {
  await vi.waitFor(() => {
    expect(supply.stats).toMatchObject({ warm: count, starting: 0 });
  }, patience);
}

/** What Lean says of a text in a leased server, which is used up by that. */
async function check(leased: LeasedServer, text: string): Promise<string[]> {
  await using used = leased;
  using deadline = new Deadline(60_000);
  const { end, diagnostics } = await used.thing.elaborate({ text }, deadline);
  expect(end).toBe('finished');
  return diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('the pool', () => {
  it('makes its sandboxes ahead, hands them out ready, and makes others in their place', async () => {
    const { supply } = await fullSupply({ size: 3, headers: [''] });
    const purposes = (await containersOf(process.pid)).map(({ Labels }) => Labels[containerLabels.purpose]);
    expect(purposes.sort()).toEqual(['lean', 'lean', 'program']);
    const leased = await supply.of(localPrincipal, 'default').leaseServer(launch, '', forever);
    expect(leased).toMatchObject({ wasWarm: true, header: '' });
    expect(await check(leased, '#eval 1 + 1\n')).toEqual(['information: 2']);
    await expectWarm(supply, 3);
    expect(supply.stats.leased).toBe(0);
  });

  it('has imported the header before it is asked for', async () => {
    const { supply } = await fullSupply({ size: 1, headers: ['import Lean\n'] });
    const leased = await supply.of(localPrincipal, 'default').leaseServer(launch, 'import Lean\n', forever);
    expect(leased).toMatchObject({ wasWarm: true, header: 'import Lean\n' });
    expect(await check(leased, 'import Lean\n#eval 1 + 1\n')).toEqual(['information: 2']);
  });

  it('has sandboxes that wait for a program', async () => {
    const { supply } = await fullSupply({ size: 2, headers: [''] });
    await using sandbox = await supply.of(localPrincipal, 'default').leaseProgram(launch, forever);
    using deadline = new Deadline(60_000);
    const program = { source: programText('main-arguments'), args: ['a b', '-x'], stdin: '' };
    expect(await sandbox.thing.run(program, deadline)).toMatchObject({
      end: 'finished',
      exitCode: 2,
      stdout: { text: '<a b>\n<-x>\n' },
    });
  });

  it('replaces a sandbox that was killed from outside, and hands it to nobody', async () => {
    const { supply } = await fullSupply({ size: 2, headers: ['', 'import Lean\n'] });
    const containers = await containersOf(process.pid);
    await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).kill()));
    await vi.waitFor(async () => {
      const ids = (await containersOf(process.pid)).map(({ Id }) => Id);
      expect(ids.filter((id) => containers.some(({ Id }) => Id === id))).toEqual([]);
    }, patience);
    const leased = await supply.of(localPrincipal, 'default').leaseServer(launch, '', forever);
    expect(await check(leased, '#eval 1 + 1\n')).toEqual(['information: 2']);
    await expectWarm(supply, 2);
  });

  it('leaves nothing when it is closed: neither what is ready nor what is leased nor what waits', async () => {
    const { supply, close } = await fullSupply({ size: 3, headers: [''] });
    const leased = await supply.of(localPrincipal, 'default').leaseServer(launch, '', forever);
    const waiting = supply
      .of(localPrincipal, 'default')
      .leaseServer(launch, 'import Lean\n', forever)
      .then(
        () => 'leased',
        (error: unknown) => error,
      );
    await close();
    await leased.thing.ended;
    expect([expect.objectContaining({ code: 'shutting-down' }), 'leased']).toContainEqual(await waiting);
    await expectNoContainers(process.pid);
  });

  it('leaves nothing when it is closed while it fills', async () => {
    const { supply, close } = openSupply({ size: 8, headers: [''] });
    await supply.fill('default', launch);
    await vi.waitFor(async () => {
      expect(await containersOf(process.pid)).not.toEqual([]);
    }, patience);
    await close();
    await expectNoContainers(process.pid);
    expect(supply.stats).toEqual({ warm: 0, starting: 0, leased: 0, waiting: 0 });
  });
});

describe('when the image is removed by hand', () => {
  it('calls are told so, the log says it once, and the pool fills again once the image is back', async () => {
    const [repo, tag] = ['pool-test', randomUUID()];
    const name = `${repo}:${tag}`;
    const tagImage = (): Promise<unknown> => docker.getImage(inject('sandboxImage')).tag({ repo, tag });
    const { supply, logger } = openSupply({ size: 2, headers: [] }, () => ({ ...launch, image: name }));
    await supply.fill('default', launch);
    await vi.waitFor(() => {
      expect(supply.stats.starting).toBe(0);
    }, patience);
    const lease = (): Promise<unknown> => supply.of(localPrincipal, 'default').leaseServer(launch, undefined, forever);
    await expect(lease()).rejects.toMatchObject({
      code: 'image-missing',
      message: `The image ${name} is not on the Docker engine.`,
    });
    await expect(lease()).rejects.toMatchObject({ code: 'image-missing' });
    const warnings = logger.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields?.['kind']);
    expect(warnings.sort()).toEqual(['lean', 'program']);
    await tagImage();
    try {
      await expectWarm(supply, 2);
    } finally {
      await docker.getImage(name).remove();
    }
  });
});
