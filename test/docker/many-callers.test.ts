/*
 * Many callers at once while calls are cancelled, containers are killed and the engine goes down and comes back: every call
 * gets exactly one answer, and a true one.
 */
import fc from 'fast-check';
import { describe, expect, inject, it, vi } from 'vitest';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { patience } from '../e2e/support/containers.ts';
import { connect, type TestServer } from '../e2e/support/server.ts';
import type { StructuredResult } from '../e2e/support/structured-result.ts';
import { shared } from '../support/shared.ts';
import { startPrivateEngine, whyNoPrivateEngine } from './support/private-engine.ts';

const reason = whyNoPrivateEngine();
const callers = 16;
const callsInAll = 200;

const engine = shared(() => startPrivateEngine(inject('sandboxImage')), reason === undefined);

/** What the engine has and, when it was killed at a removal, does not only list. */
async function remaining(): Promise<readonly string[]> {
  const { docker } = engine();
  const listed = await docker.listContainers({ all: true });
  const had = await Promise.all(
    listed.map(async ({ Id, Status }) => {
      try {
        await docker.getContainer(Id).inspect();
        return [`${Id} ${Status}`];
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return [];
        throw error;
      }
    }),
  );
  return had.flat();
}

async function running(): Promise<string[]> {
  const containers = await engine().docker.listContainers({ filters: { label: [containerLabels.owner] } });
  return containers.map(({ Id }) => Id);
}

/** How many answers the server gave to each request, by its id. */
function countAnswers({ client }: TestServer): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  const transport = client.transport;
  if (transport === undefined) throw new Error('the client is not connected');
  const { onmessage } = transport;
  transport.onmessage = (message, extra) => {
    if ('id' in message && !('method' in message)) counts.set(message.id, (counts.get(message.id) ?? 0) + 1);
    onmessage?.(message, extra);
  };
  return counts;
}

type Answer = 'right' | 'cancelled' | 'lost' | 'engine' | { readonly wrong: unknown };

/** What a call came to: the sum that it asked for, its end by its caller, or the engine's fault, said as such. */
async function ask(server: TestServer, number: number, cancelAfterMs: number | undefined): Promise<Answer> {
  const controller = new AbortController();
  if (cancelAfterMs !== undefined) {
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, cancelAfterMs);
  }
  try {
    const code = `#eval ${number} + ${number}\n`;
    const { isError, structuredContent, _meta } = await server.call(
      'execute-lean',
      { code },
      { signal: controller.signal },
    );
    if (isError === true) {
      const errorCode = String(_meta?.['io.github.lean-docker-mcp/code']);
      return /^engine-/.test(errorCode) ? 'engine' : { wrong: errorCode };
    }
    const { status, outcome, diagnostics = [], error = '' } = structuredContent as StructuredResult;
    if (outcome === 'crashed' && /engine (?:lost|kill)/.test(error)) return 'lost';
    const isRight = status === 'success' && diagnostics.length === 1 && diagnostics[0]?.message === String(2 * number);
    return isRight ? 'right' : { wrong: structuredContent };
  } catch (error) {
    return controller.signal.aborted ? 'cancelled' : { wrong: error };
  }
}

describe.skipIf(reason !== undefined)(`${callsInAll} calls from ${callers} callers`, () => {
  it('get one true answer each, whatever happens to them, to containers and to the engine', async () => {
    const seed = Date.now() % 1_000_000;
    const cancellations = fc.sample(
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 600 }) },
      ),
      { seed, numRuns: callsInAll },
    );
    const env = { DOCKER_HOST: `unix://${engine().socketPath}` };
    await using server = await connect({ env, settings: { POOL_SIZE: '4' } });
    const answersById = countAnswers(server);
    const answers: Answer[] = [];
    let engineIsBack: Promise<void> = Promise.resolve();
    const restartEngine = async (): Promise<void> => {
      await engine().end('SIGKILL');
      await engine().start();
    };
    const disturb = async (): Promise<void> => {
      if (answers.length === callsInAll / 2) {
        engineIsBack = restartEngine();
      } else if (answers.length % 25 === 0) {
        const ids = await running().catch(() => []);
        const victim = ids[(seed + answers.length) % Math.max(1, ids.length)];
        if (victim !== undefined)
          await engine()
            .docker.getContainer(victim)
            .kill()
            .catch(() => undefined);
      }
    };

    let next = 0;
    const caller = async (): Promise<void> => {
      while (next < callsInAll) {
        const number = next;
        next += 1;
        const answer = await ask(server, number, cancellations[number]);
        answers.push(answer);
        await disturb();
        // What the hint of such an error says: try again when the engine answers.
        if (answer === 'engine') await engineIsBack;
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    await engineIsBack;

    const seeded = `with seed ${seed}`;
    expect(
      answers.filter((answer) => typeof answer === 'object'),
      seeded,
    ).toEqual([]);
    expect(answers, seeded).toHaveLength(callsInAll);
    expect(answers.filter((answer) => answer === 'right').length, seeded).toBeGreaterThan(callsInAll / 3);
    expect(answers, seeded).toContain('cancelled');
    expect(
      [...answersById.values()].filter((count) => count !== 1),
      seeded,
    ).toEqual([]);
    expect(answersById.size, seeded).toBeGreaterThanOrEqual(answers.filter((answer) => answer !== 'cancelled').length);

    // The pool is full again, and all of it goes with the server.
    await vi.waitFor(
      async () => {
        expect((await server.execute('#eval 1 + 1\n')).timings_ms.cold_start).toBeUndefined();
      },
      { ...patience, interval: 2000 },
    );
    await server.client.close();
    await vi.waitFor(async () => {
      const said = server
        .log()
        .split('\n')
        .filter((line) => /remove/i.test(line));
      expect(await remaining(), said.join('\n')).toEqual([]);
    }, patience);
  });
});
