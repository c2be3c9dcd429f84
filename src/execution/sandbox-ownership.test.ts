import { describe, expect, it, vi } from 'vitest';
import { FakeLean } from '../../test/fakes/lean.ts';
import { FakeDriver } from '../../test/fakes/sandbox.ts';
import { openServices } from '../../test/fakes/services.ts';
import type { CallContext, ExecutionResult } from './execution-service.ts';

/** Services whose Leans are fakes, and what became of every sandbox that they made. */
function open() {
  const leans: FakeLean[] = [];
  // Every program ends as soon as it is there.
  const driver = new FakeDriver((sandbox) =>
    sandbox.stdin.once('data', () => {
      sandbox.end();
    }),
  );
  const startLean = (): Promise<FakeLean> => {
    const lean = new FakeLean();
    leans.push(lean);
    return Promise.resolve(lean);
  };
  const services = openServices({ driver, startLean });
  const living = (): number =>
    leans.filter(({ hasEnded }) => !hasEnded).length +
    driver.sandboxes.filter(({ disposals }) => disposals === 0).length;
  return Object.assign(services, { leans, living });
}

type Services = ReturnType<typeof open>;

/** A caller with a fault, which shows when it hears something for the nth time. */
function faultyCaller(nth: number): CallContext & { readonly hasFailed: boolean } {
  let heard = 0;
  return {
    signal: new AbortController().signal,
    get hasFailed() {
      return heard >= nth;
    },
    onProgress: () => {
      heard += 1;
      if (heard === nth) throw new Error('a fault of ours');
    },
  };
}

const program = 'def main : IO Unit := pure ()\n';
const proof = { code: 'theorem t : 1 = 1 := sorry\n', target: { sorry: 1 }, attempts: ['rfl'], attemptTimeoutMs: 1000 };

/** A session with a step, and without a server. */
async function lostSession(services: Services): Promise<NonNullable<ExecutionResult['session']>> {
  const { session } = await services.runIn(undefined, 'def a := 1\n');
  services.leans.at(-1)?.end();
  if (session === undefined) throw new Error('no session');
  return session;
}

const calls: readonly (readonly [string, (services: Services, context: CallContext) => Promise<unknown>])[] = [
  ['runs code', (services, context) => services.run('def a := 1\n', context)],
  ['runs a program', (services, context) => services.run(program, context)],
  ['opens a session', (services, context) => services.runIn(undefined, program, context)],
  [
    'replays a session',
    async (services, context) => services.runIn(await lostSession(services), 'def b := 2\n', context),
  ],
  [
    'replays a session for a program',
    async (services, context) => services.runIn(await lostSession(services), program, context),
  ],
  [
    'asks about a text',
    (services, context) =>
      services.proofs.inspect({ code: 'def a := 1\n', position: { line: 1, column: 0 }, what: 'hover' }, context),
  ],
  [
    'asks about a text in a session',
    async (services, context) => {
      const { sessionId } = await lostSession(services);
      const code = 'def b := 2\n';
      return services.proofs.inspect({ sessionId, code, position: { line: 1, column: 0 }, what: 'hover' }, context);
    },
  ],
  ['tries tactics', (services, context) => services.proofs.tryTactics(proof, context)],
];

describe.each(calls)('a call that %s', (_, call) => {
  it('leaves no sandbox behind, wherever a fault ends it', async () => {
    for (let nth = 1; ; nth += 1) {
      await using services = open();
      const caller = faultyCaller(nth);
      const failure = await call(services, caller).then(() => undefined, String);
      expect(failure).toBe(caller.hasFailed ? 'Error: a fault of ours' : undefined);
      if (failure === undefined) return;
      // A session keeps the server that has its text.
      const kept = (await services.sessions.list()).filter(({ hasServer }) => hasServer).length;
      await vi.waitFor(() => {
        expect([nth, services.living()]).toEqual([nth, kept]);
      });
    }
  });
});
