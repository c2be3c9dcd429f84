/** What every service keeps to, whatever Lean is behind it: one table of cases for all of them, without any container. */
import { describe, expect, it } from 'vitest';
import { elaboratorProcesses } from '../../test/fakes/elaborator-processes.ts';
import { FakeLean } from '../../test/fakes/lean.ts';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import { openServices } from '../../test/fakes/services.ts';
import { programText } from '../../test/e2e/support/programs.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { LeanElaborator } from '../lean/lean-elaborator.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { LeanServer } from '../lean/lean-server.ts';
import type { Lean } from '../lean/lean.ts';
import { elaboratorProtocol } from '../lean/toolchain.ts';

const { driver } = await elaboratorProcesses();
// The processes outlive the services of a test.
const processes = { start: driver.start.bind(driver), [Symbol.asyncDispose]: () => Promise.resolve() };

const output = { keepBytes: 10_000, stopBytes: 1_000_000 };
const served: LeanLaunch = { ...someLaunch, toolchain: { ...someLaunch.toolchain, serverOptions: [] } };
const elaborated: LeanLaunch = {
  ...served,
  toolchain: { ...served.toolchain, elaborator: { kind: 'compiled', protocol: elaboratorProtocol } },
};

type StartLean = (launch: LeanLaunch) => Promise<Lean>;
const fake: StartLean = (launch) => Promise.resolve(new FakeLean(launch));
const server: StartLean = (launch) => LeanServer.start(driver, launch, output, new ReadingTurns());
const elaborator: StartLean = (launch) => LeanElaborator.start(driver, launch, output, new ReadingTurns());

const bad = 'def bad : Nat := "x"\n';
const start = { line: 1, column: 0 };

/** Services with this Lean, and every Lean that they got. */
function open(launch: LeanLaunch, startLean: StartLean) {
  const leans: Lean[] = [];
  const kept =
    (begin: StartLean): StartLean =>
    async (wanted) => {
      const lean = await begin(wanted);
      leans.push(lean);
      return lean;
    };
  const startQuestions = kept(startLean === elaborator ? server : startLean);
  const options = { driver: processes, launch, startLean: kept(startLean), startQuestions };
  return Object.assign(openServices(options), { leans });
}

describe.each([
  ['a fake for tests', served, fake],
  ['the elaborator', elaborated, elaborator],
  ['Lean’s language server', served, server],
])('services on %s', (_, launch, startLean) => {
  it('run code, and tell what Lean says of it', async () => {
    await using services = open(launch, startLean);
    expect(await services.run('def a := 1\n')).toMatchObject({ outcome: 'completed', diagnostics: [] });
    expect(await services.run('#eval 1\n')).toMatchObject({ diagnostics: [{ severity: 'information', message: '1' }] });
    expect(await services.run(`def a := 1\n${bad}`)).toMatchObject({
      outcome: 'completed',
      diagnostics: [{ severity: 'error', start: { line: 2 } }],
    });
  });

  it('give each code a Lean of its own, and leave none behind', async () => {
    await using services = open(launch, startLean);
    for (let calls = 0; calls < 3; calls += 1) await services.run('def a := 1\n');
    expect(services.leans).toHaveLength(3);
    await Promise.all(services.leans.map(({ ended }) => ended));
  });

  it('keep what a session accepts and nothing else, with places in the code of each call', async () => {
    await using services = open(launch, startLean);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    expect(await services.runIn(session, `#eval 1\n${bad}`)).toMatchObject({
      session: { step: 1 },
      diagnostics: [{ start: { line: 1 } }, { severity: 'error', start: { line: 2 } }],
    });
    expect(await services.runIn(session, 'def b := 2\n')).toMatchObject({ session: { step: 2, rebuilt: false } });
    if (session === undefined) throw new Error('no session');
    expect(await services.sessions.source(session.sessionId)).toBe('def a := 1\ndef b := 2\n');
    const { history } = await services.sessions.describe(session.sessionId);
    expect(history.map(({ names }) => names)).toEqual([['a'], ['b']]);
    expect(services.leans).toHaveLength(1);
  });

  it('replay a session whose Lean is gone', async () => {
    await using services = open(launch, startLean);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    await services.leans[0]?.[Symbol.asyncDispose]();
    expect(await services.runIn(session, 'def b := 2\n')).toMatchObject({ session: { step: 2, rebuilt: true } });
    expect(services.leans).toHaveLength(2);
  });

  it('take a session back, copy it and close it', async () => {
    await using services = open(launch, startLean);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    if (session === undefined) throw new Error('no session');
    const { sessionId } = session;
    await services.runIn(session, 'def b := 2\n');
    const copy = await services.sessions.fork(sessionId);
    expect(await services.sessions.rewind(sessionId, 1)).toMatchObject({ steps: 1 });
    expect(await services.runIn(session, 'def c := 3\n')).toMatchObject({ outcome: 'completed', session: { step: 2 } });
    expect(await services.sessions.source(copy.sessionId)).toBe('def a := 1\ndef b := 2\n');
    expect(await services.sessions.close(sessionId)).toEqual({ sessionId, steps: 2 });
    expect(await services.sessions.close(sessionId)).toBeUndefined();
    await expect(services.runIn(session, 'def d := 4\n')).rejects.toMatchObject({ code: 'session-unknown' });
  });

  it('stop code that takes too long, and keep the session’s text', async () => {
    await using services = open(launch, startLean);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    const spin = { code: programText('eval-spin'), args: [], stdin: '', timeoutMs: 500 };
    const inSession = { ...spin, ...(session && { sessionId: session.sessionId }) };
    expect(await services.execution.runInSession(inSession, services.caller)).toMatchObject({
      outcome: 'timed-out',
      limitMs: 500,
      session: { step: 1 },
    });
    await services.leans[0]?.ended;
    expect(await services.execution.runCode(spin, services.caller)).toMatchObject({ outcome: 'timed-out' });
    expect(await services.runIn(session, 'def b := 2\n')).toMatchObject({ session: { step: 2, rebuilt: true } });
  });

  it('answer questions about a text in a session, which stays as it is', async () => {
    await using services = open(launch, startLean);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    if (session === undefined) throw new Error('no session');
    const { sessionId } = session;
    const request = { sessionId, code: 'def b := 2\n', position: start, what: 'hover' } as const;
    expect(await services.proofs.inspect(request, services.caller)).toMatchObject({
      outcome: 'completed',
      diagnostics: [],
      session: { sessionId, step: 1 },
    });
    expect(await services.runIn(session, 'def b := 2\n')).toMatchObject({ session: { step: 2, rebuilt: false } });
  });
});

describe.each([
  ['in the elaborator', elaborated, elaborator],
  ['beside Lean’s language server', served, server],
])('a program %s', (_, launch, startLean) => {
  const program = { code: programText('main-arguments'), args: ['a b', '-x'], stdin: '' };
  const ran = { outcome: 'completed', exitCode: 2, stdout: { text: '<a b>\n<-x>\n' } };

  it('gets what it is given, and its end is told', async () => {
    await using services = open(launch, startLean);
    expect(await services.execution.runCode(program, services.caller)).toMatchObject(ran);
  });

  it('runs in a session, which does not keep it', async () => {
    await using services = open(launch, startLean);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    const inSession = { ...program, ...(session && { sessionId: session.sessionId }) };
    for (const step of [2, 3]) {
      const result = await services.execution.runInSession(inSession, services.caller);
      expect(result).toMatchObject({ ...ran, session: { step, rebuilt: false } });
    }
  });
});
