/*
 * Sessions against a plain list of texts. Random calls (accepted, rejected, refused, timed out, cancelled, crashed),
 * rewinds, forks, killed containers and restarts of the server: afterwards a session always shows what a fresh run of its
 * accepted text shows. SESSION_MODEL_RUNS=100 makes more runs; SESSION_MODEL_SEED and SESSION_MODEL_PATH repeat one.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { callArbitrary } from './session-model/calls.ts';
import { SessionModel } from './session-model/model.ts';
import { CheckSession, expectSession } from './session-model/check-session.ts';
import { Call, CancelledCall, ConcurrentCalls } from './session-model/call-commands.ts';
import { Cleanup, Fork, KillContainers, Restart, Rewind } from './session-model/history-commands.ts';
import { RealSessions } from './session-model/real-sessions.ts';

const runs = Number(process.env['SESSION_MODEL_RUNS'] ?? 4);
const seed = process.env['SESSION_MODEL_SEED'];
const path = process.env['SESSION_MODEL_PATH'];

const which = fc.nat(20);
const aCall = fc.tuple(which, callArbitrary).map(([session, call]) => new Call(session, call));
const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: aCall },
    { weight: 3, arbitrary: fc.tuple(which, which).map(([session, at]) => new Rewind(session, at)) },
    { weight: 2, arbitrary: fc.tuple(which, which).map(([session, at]) => new Fork(session, at)) },
    { weight: 2, arbitrary: which.map((session) => new CheckSession(session)) },
    { weight: 1, arbitrary: which.map((session) => new CancelledCall(session)) },
    { weight: 1, arbitrary: which.map((session) => new ConcurrentCalls(session)) },
    { weight: 1, arbitrary: which.map((session) => new Cleanup(session)) },
    { weight: 1, arbitrary: fc.constant(new KillContainers()) },
    { weight: 2, arbitrary: fc.constantFrom('ended' as const, 'killed' as const).map((how) => new Restart(how)) },
  ),
  { minLength: 15, maxLength: 15 },
);

it('a session shows what a fresh run of its accepted text shows', { timeout: 120_000 * (runs + 1) }, async () => {
  const property = fc.asyncProperty(steps, async (commands) => {
    await using folder = await temporaryFolder();
    await using real = await RealSessions.start(folder.path);
    const model = new SessionModel();
    await fc.asyncModelRun(() => ({ model, real }), commands);
    for (const session of model.sessions) await expectSession(session, real);
  });
  await fc.assert(property, {
    numRuns: runs,
    endOnFailure: true,
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
  });
  expect(runs).toBeGreaterThan(0);
});
