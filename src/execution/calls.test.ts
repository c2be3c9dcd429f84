import { describe, expect, it, vi } from 'vitest';
import { FakeLean } from '../../test/fakes/lean.ts';
import { FakeDriver, someLaunch } from '../../test/fakes/sandbox.ts';
import { openServices } from '../../test/fakes/services.ts';
import type { Deadline } from '../core/deadline.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Elaboration, LeanText } from '../lean/lean.ts';
import { elaboratorProtocol } from '../lean/toolchain.ts';

/** A Lean whose sandbox the engine loses at a text. */
class LostLean extends FakeLean {
  override elaborate({ text }: LeanText): Promise<Elaboration> {
    this.texts.push(text);
    this.end();
    return Promise.resolve({ end: 'lost', diagnostics: [] });
  }
}

/** A Lean that knows what its text declares: in each line one thing of a letter. */
class KnowingLean extends FakeLean {
  override async elaborate(text: LeanText, deadline: Deadline): Promise<Elaboration> {
    const elaboration = await super.elaborate(text, deadline);
    const constants = text.text.split('\n').flatMap((line, index) => {
      const [, name] = /^def (\w)/.exec(line) ?? [];
      const start = { line: index + 1, column: 0 };
      return name === undefined ? [] : { name, kind: 'definition', type: 'Nat', start, axioms: [] };
    });
    return { ...elaboration, declared: { constants, more: 0 } } as Elaboration;
  }
}

/** Services whose Leans are these, and more of the last one when they are used up. */
function open(launch: LeanLaunch, ...kinds: readonly [() => FakeLean, ...(() => FakeLean)[]]) {
  const leans: FakeLean[] = [];
  const driver = new FakeDriver((sandbox) =>
    sandbox.stdin.once('data', () => {
      sandbox.end();
    }),
  );
  const startLean = (): Promise<FakeLean> => {
    const [first] = kinds;
    const lean = (kinds[leans.length] ?? kinds.at(-1) ?? first)();
    leans.push(lean);
    return Promise.resolve(lean);
  };
  return Object.assign(openServices({ driver, startLean, launch }), { leans, driver });
}

const usual = (): FakeLean => new FakeLean();
const lost = (): FakeLean => new LostLean();
const program = 'def main : IO Unit := pure ()\n';
const start = { line: 1, column: 0 };

describe('a call whose sandbox the engine loses', () => {
  it('is tried once more in another one', async () => {
    await using services = open(someLaunch, lost, usual);
    expect(await services.run('#eval 1\n')).toMatchObject({ outcome: 'completed', diagnostics: [{ message: '1' }] });
    expect(services.leans).toHaveLength(2);
  });

  it('is tried once more in its session too, whose text is replayed first', async () => {
    await using services = open(someLaunch, usual, lost, usual);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    services.leans.at(0)?.end();
    const result = await services.runIn(session, '#eval 1\n');
    expect(result).toMatchObject({ outcome: 'completed', session: { step: 2 }, diagnostics: [{ message: '1' }] });
    expect(services.leans.map(({ texts }) => texts)).toEqual([
      ['def a := 1\n'],
      ['def a := 1\n'],
      ['def a := 1\n', 'def a := 1\n#eval 1\n'],
    ]);
  });

  it('has failed when the other one is lost as well, and nothing of it is kept', async () => {
    await using services = open(someLaunch, usual, lost);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    services.leans.at(0)?.end();
    const result = await services.runIn(session, 'def b := 2\n');
    expect(result).toMatchObject({ outcome: 'crashed', lost: true, session: { step: 1 } });
  });
});

describe('a question in a session', () => {
  it('that is closed meanwhile is about a session that there is not', async () => {
    await using services = open(someLaunch, usual);
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    const sessionId = session?.sessionId;
    if (sessionId === undefined) throw new Error('no session');
    const request = { sessionId, code: '#eval spin 1\n', position: start, what: 'hover' } as const;
    const asking = services.proofs.inspect(request, services.caller);
    asking.catch(() => undefined);
    await vi.waitFor(() => {
      expect(services.leans.at(0)?.texts).toHaveLength(2);
    });
    await services.sessions.close(sessionId);
    await expect(asking).rejects.toMatchObject({ code: 'session-unknown' });
  });
});

describe('a program', () => {
  const launch: LeanLaunch = {
    ...someLaunch,
    toolchain: { ...someLaunch.toolchain, elaborator: { kind: 'compiled', protocol: elaboratorProtocol } },
  };
  const running = (): FakeLean => new FakeLean(launch, true);

  it('gets a sandbox of its own where Lean does not run it', async () => {
    await using services = open(someLaunch, usual);
    expect(await services.run(program)).toMatchObject({ outcome: 'completed', exitCode: 0 });
    expect([services.leans.length, services.driver.sandboxes.length]).toEqual([1, 1]);
  });

  it('gets none where Lean runs it', async () => {
    await using services = open(launch, running);
    expect(await services.run(program)).toMatchObject({
      outcome: 'completed',
      exitCode: 0,
      stdout: { text: 'ran here\n' },
    });
    expect([services.leans.length, services.driver.sandboxes.length]).toEqual([1, 0]);
  });

  it('runs in a session only when the text without it is accepted, which is what is kept', async () => {
    await using services = open(launch, running);
    const result = await services.runIn(undefined, `def a := 1\n${program}`);
    expect(result).toMatchObject({ exitCode: 0, session: { step: 1 }, stdout: { text: 'ran here\n' } });
    const [whole = '', without = ''] = services.leans.at(0)?.texts ?? [];
    expect([whole, without.trimEnd()]).toEqual([`def a := 1\n${program}`, 'def a := 1']);
    expect(services.leans.at(0)?.texts).toEqual([whole, without, whole]);
    // The next call goes on from what is kept, and so does the program.
    expect(services.leans.at(0)?.kept).toEqual([whole, without, whole]);
    expect(services.driver.sandboxes).toHaveLength(0);
  });

  it('gets a sandbox of its own when the image has lost its elaborator by then', async () => {
    await using services = open(launch, usual);
    expect(await services.run(program)).toMatchObject({ outcome: 'completed', exitCode: 0, stdout: { text: '' } });
    expect(services.driver.sandboxes).toHaveLength(1);
  });
});

describe('what code declares', () => {
  const code = 'def b := 2\n';

  it('is told to who wants it, at its place in the code', async () => {
    await using services = open(someLaunch, () => new KnowingLean());
    const { session } = await services.runIn(undefined, 'def a := 1\n');
    const request = { code, args: [], stdin: '', wantsDeclarations: true };
    const told = { constants: [{ name: 'b', start: { line: 1 } }], more: 0 };
    expect((await services.execution.runCode(request, services.caller)).declared).toMatchObject(told);
    const inSession = { ...request, ...(session && { sessionId: session.sessionId }) };
    const { declared } = await services.execution.runInSession(inSession, services.caller);
    expect(declared).toMatchObject(told);
    expect(declared?.constants).toHaveLength(1);
  });

  it('is told to nobody else', async () => {
    await using services = open(someLaunch, () => new KnowingLean());
    expect(await services.run(code)).not.toHaveProperty('declared');
    expect(await services.runIn(undefined, code)).not.toHaveProperty('declared');
  });
});
