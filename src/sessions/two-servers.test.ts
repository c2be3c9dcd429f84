/* One session at two servers, against a model of it: whatever they do at once, its text is what those who won have made of it. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasNatsServer, startNats } from '../../test/support/nats-servers.ts';
import { shared } from '../../test/support/shared.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { AppError } from '../core/app-error.ts';
import type { Principal, SessionId } from '../core/ids.ts';
import { connectNats } from '../nats/connect-nats.ts';
import { silentLogger } from '../telemetry/telemetry.ts';
import { FileSessionStore } from './file-session-store.ts';
import { NatsSessionStore } from './nats/nats-session-store.ts';
import type { OwnedSessions } from './owned-sessions.ts';
import { SessionRegistry } from './session-registry.ts';
import type { SessionStore } from './session-store.ts';
import type { AcceptedStep } from './session.ts';

/** What a server is asked to do with the session: to add a step, or to keep so many. */
type Wish = { readonly kind: 'add' } | { readonly kind: 'keep'; readonly part: number };

/** One or two wishes, each at a server; two are asked for at once. */
type Round = readonly { readonly server: number; readonly wish: Wish }[];

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Wish>({ kind: 'add' }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((part): Wish => ({ kind: 'keep', part })) },
);
const round: fc.Arbitrary<Round> = fc.array(fc.record({ server: fc.nat(1), wish }), { minLength: 1, maxLength: 2 });

const codesOf = (steps: readonly AcceptedStep[]): string[] => steps.map(({ code }) => code);

function stepOf(code: string): AcceptedStep {
  return { header: '', code, names: [], acceptedAt: new Date() };
}

/** Asks a server. @returns the text before and after as that call saw it; `undefined` when it was told to repeat */
async function ask(
  sessions: OwnedSessions,
  id: SessionId,
  wanted: Wish,
  code: string,
): Promise<{ readonly before: string[]; readonly after: string[] } | undefined> {
  try {
    const session = await sessions.find(id);
    return await session.takeTurn(async () => {
      const { steps } = session;
      const kept =
        wanted.kind === 'add' ? [...steps, stepOf(code)] : steps.slice(0, Math.floor(wanted.part * steps.length));
      await sessions.keep(session, kept);
      return { before: codesOf(steps), after: codesOf(kept) };
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'session-changed') return undefined;
    throw error;
  }
}

/** Whether calls that saw these texts, one after the other, make this one of the text before. */
function leadsTo(
  start: readonly string[],
  calls: readonly { readonly before: string[]; readonly after: string[] }[],
  end: readonly string[],
): boolean {
  let text = start.join();
  for (const { before, after } of calls) {
    if (before.join() !== text) return false;
    text = after.join();
  }
  return text === end.join();
}

async function play(open: () => SessionStore, rounds: readonly Round[]): Promise<void> {
  const servers = [open(), open()].map((store) => {
    const registry = new SessionRegistry({ maxSessions: 4, idleTimeoutMs: 60_000, store, logger: silentLogger });
    return { registry, sessions: registry.of({ principal: 'ada' as Principal }) };
  });
  const at = (server: number): OwnedSessions => servers[server]?.sessions ?? expect.unreachable();
  const { id } = await at(0).open([stepOf('first')]);
  let model = ['first'];
  for (const [number, wishes] of rounds.entries()) {
    const answers = await Promise.all(
      wishes.map(({ server, wish: wanted }, n) => ask(at(server), id, wanted, `r${number}n${n}`)),
    );
    const won = answers.filter((answer) => answer !== undefined);
    expect(won.length).toBeGreaterThan(0);
    // In one order or the other each goes on from the text that the one before it left.
    const found = codesOf((await at(0).find(id)).steps);
    const orders = [won, won.toReversed()].filter((order) => leadsTo(model, order, found));
    expect(orders).not.toEqual([]);
    model = found;
    for (const server of [0, 1]) expect(codesOf((await at(server).find(id)).steps)).toEqual(model);
  }
  for (const { registry } of servers) await registry[Symbol.asyncDispose]();
}

describe('a session at two servers', () => {
  it('is never mixed in a folder that both have', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 8 }), async (rounds) => {
        await using folder = await temporaryFolder();
        await play(() => new FileSessionStore(folder.path), rounds);
      }),
      { numRuns: 10 },
    );
  });

  const nats = shared(() => startNats(3), hasNatsServer);
  it.skipIf(!hasNatsServer)('is never mixed in a bucket on three servers (needs nats-server)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 8 }), async (rounds) => {
        const prefix = randomUUID();
        const connect = () => connectNats({ servers: nats().address }, 'test', silentLogger);
        const opened: NatsSessionStore[] = [];
        try {
          await play(() => {
            const store = new NatsSessionStore({ connect, prefix, replicas: 3 });
            opened.push(store);
            return store;
          }, rounds);
        } finally {
          for (const store of opened) await store[Symbol.asyncDispose]();
        }
      }),
      { numRuns: 5 },
    );
  });
});
