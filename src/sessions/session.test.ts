import { describe, expect, it } from 'vitest';
import { FakeLean } from '../../test/fakes/lean.ts';
import { localPrincipal, newSessionId } from '../core/ids.ts';
import { Owned } from '../core/owned.ts';
import type { Lean } from '../lean/lean.ts';
import { Session, sourceOf, type AcceptedStep } from './session.ts';

const at = new Date('2026-11-22T21:51:17.527Z');

function step(code: string, names: readonly string[] = [], header = ''): AcceptedStep {
  return { header, code, names, acceptedAt: at };
}

function session(...steps: readonly AcceptedStep[]): Session {
  return new Session({ id: newSessionId(), owner: localPrincipal, createdAt: at, steps });
}

/** A server for a session, and what the session has of it. */
function fakeServer(header = '') {
  const server = new FakeLean();
  return { server, attached: { lean: new Owned<Lean>(server, () => undefined), header } };
}

/** Work that ends when it is told to. */
function work() {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const state = { hasBegun: false };
  const run = async (): Promise<void> => {
    state.hasBegun = true;
    await finished;
  };
  return { run, finish, state };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('come one after the other, in the order of asking, whatever became of the one before', async () => {
    const one = session();
    const order: string[] = [];
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) =>
        one.takeTurn(async () => {
          order.push(`${name} begins`);
          await soon();
          order.push(`${name} ends`);
          if (name === 'b') throw new Error('b failed');
          return name;
        }),
      ),
    );
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('make the session busy from the asking to the end', async () => {
    const one = session();
    const { run, finish } = work();
    expect(one.isBusy).toBe(false);
    const turn = one.takeTurn(run);
    expect(one.isBusy).toBe(true);
    finish();
    await turn;
    expect(one.isBusy).toBe(false);
  });

  it('are given up at once by who gives up while waiting, and nobody gets in early', async () => {
    const one = session();
    const [first, second, third] = [work(), work(), work()];
    const controller = new AbortController();
    const firstTurn = one.takeTurn(first.run);
    const secondTurn = one.takeTurn(second.run, controller.signal);
    const thirdTurn = one.takeTurn(third.run);
    controller.abort(new Error('enough'));
    await expect(secondTurn).rejects.toThrow('enough');
    await soon();
    expect(third.state.hasBegun).toBe(false);
    first.finish();
    third.finish();
    await Promise.all([firstTurn, thirdTurn]);
    expect(second.state.hasBegun).toBe(false);
  });

  it('that have begun go on when the caller gives up', async () => {
    const one = session();
    const { run, finish } = work();
    const controller = new AbortController();
    const turn = one.takeTurn(run, controller.signal);
    await soon();
    controller.abort(new Error('enough'));
    finish();
    await expect(turn).resolves.toBeUndefined();
  });

  it('are refused when very many wait already', async () => {
    const one = session();
    const { run, finish } = work();
    const turns = Array.from({ length: 65 }, () => one.takeTurn(run));
    await expect(one.takeTurn(run)).rejects.toMatchObject({ code: 'busy' });
    finish();
    await Promise.all(turns);
    await expect(one.takeTurn(run)).resolves.toBeUndefined();
  });

  it('do not come any more once the session is closed', async () => {
    const one = session();
    const { run, finish } = work();
    const running = one.takeTurn(run);
    const waiting = one.takeTurn(() => Promise.reject(new Error('must not run')));
    await soon();
    one.end();
    finish();
    await expect(running).resolves.toBeUndefined();
    await expect(waiting).rejects.toMatchObject({ code: 'session-unknown' });
  });
});

describe('closing', () => {
  it('is heard by whoever works for the session', async () => {
    const [ended, letGo] = [session(), session()];
    ended.end();
    await letGo[Symbol.asyncDispose]();
    for (const { closing } of [ended, letGo]) {
      expect(closing.reason).toMatchObject({ code: 'session-unknown' });
    }
    expect([ended.isEnded, letGo.isEnded]).toEqual([true, false]);
  });
});

describe('steps', () => {
  it('make the text: the header of the last one, and the code of all', () => {
    const steps = [step('def a := 1\n'), step('def b := 2\n', [], 'import Lean\n')];
    expect(session(...steps).source).toEqual({ header: 'import Lean\n', steps: ['def a := 1\n', 'def b := 2\n'] });
    expect(sourceOf(steps.slice(0, 1))).toEqual({ header: '', steps: ['def a := 1\n'] });
    expect(session().source).toEqual({ header: '', steps: [] });
  });

  it('can be cut to any number of the first ones', () => {
    const one = session(step('a'), step('b'));
    expect([0, 1, 2].map((count) => one.firstSteps(count).map(({ code }) => code))).toEqual([[], ['a'], ['a', 'b']]);
  });

  it.each([3, -1, 0.5, NaN])('there are not %d of', (count) => {
    const one = session(step('a'), step('b'));
    expect(() => one.firstSteps(count)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: `step is ${count}, but session ${one.id} has 2 accepted steps.`,
        hint: expect.stringMatching(/from 0 \(none\) to 2; describe-session/) as unknown,
      }) as Error,
    );
  });

  it('are known by the names that they defined', () => {
    const one = session(step('', ['a']), step('', ['b', 'A.c']));
    expect(['a', 'b', 'A.c', 'c', ''].map((name) => one.stepThatDefined(name))).toEqual([
      1,
      2,
      2,
      undefined,
      undefined,
    ]);
  });
});

describe('the server', () => {
  it('is forgotten when it ends, and then counts as lost if there was a text in it', async () => {
    const one = session(step('a'));
    expect(one.lostServer).toBe(false);
    const { attached, server } = fakeServer();
    one.attach(attached);
    expect(one.server).toBe(attached);
    server.end();
    await soon();
    expect(one.server).toBeUndefined();
    expect(one.lostServer).toBe(true);
    one.replaceSteps([], undefined);
    expect(one.lostServer).toBe(false);
  });

  it('is not used when Lean has ended and the engine has not said so yet', () => {
    const one = session(step('a'));
    const { attached, server } = fakeServer();
    one.attach(attached);
    server.hasEnded = true;
    expect([one.server, one.lostServer]).toEqual([undefined, true]);
    one.dropServer();
    expect(server.disposals).toBe(1);
  });

  it('counts as lost in a session of an earlier program', () => {
    const record = { id: newSessionId(), owner: localPrincipal, createdAt: at, steps: [step('a')] };
    expect(new Session(record, { hadServer: true }).lostServer).toBe(true);
  });

  it('that is replaced is destroyed, and its end then means nothing', async () => {
    const one = session();
    const [first, second] = [fakeServer(), fakeServer()];
    one.attach(first.attached);
    one.attach(second.attached);
    expect([first.server.disposals, second.server.disposals]).toEqual([1, 0]);
    await soon();
    expect(one.server).toBe(second.attached);
  });

  it('goes with the session, also when it comes after the end', async () => {
    const one = session();
    const [early, late] = [fakeServer(), fakeServer()];
    one.attach(early.attached);
    await one[Symbol.asyncDispose]();
    expect(early.server.disposals).toBe(1);
    one.attach(late.attached);
    expect(late.server.disposals).toBe(1);
    expect(one.server).toBeUndefined();
  });
});
