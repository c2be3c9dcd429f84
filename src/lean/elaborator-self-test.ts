/*
 * Tries out an elaborator: asks it what `elaborator/self-test.json` says, and looks whether its answers contain what they
 * must. The requests of a test go to one process, each after the answer to the one before.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Deadline } from '../core/deadline.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { withResolvers } from '../core/with-resolvers.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { keptElaborator } from './elaborator-keeper.ts';
import { ElaboratorConnection } from './elaborator/elaborator-connection.ts';
import type { ElaborateRequest, ElaboratorAnswer } from './elaborator/elaborator-protocol.ts';
import type { ProcessEnd } from './elaborator/keeper-frames.ts';
import { elaboratorPath, leanSandbox, type LeanLaunch } from './lean-launch.ts';

const selfTest = z.array(
  z.object({
    about: z.string(),
    request: z.custom<ElaborateRequest>((value) => typeof value === 'object'),
    events: z.array(z.record(z.string(), z.unknown())),
    programStdout: z.string().optional(),
    end: z.string().optional(),
  }),
);

const answerLimit = 1024 * 1024;
const lastEvents: ReadonlySet<string> = new Set(['done', 'refused']);

/** What the process says between a request and its end. */
class Exchange {
  readonly answers: ElaboratorAnswer[] = [];
  programStdout = '';
  end: string | undefined;
  readonly over = withResolvers();
}

/**
 * Asks everything.
 *
 * @param tests what to ask, as `elaborator/self-test.json` has it
 * @returns the first thing that is not as it should be; `undefined` when there is none
 * @throws what {@link SandboxDriver.start} throws
 */
export async function failureOfElaborator(
  driver: SandboxDriver,
  launch: LeanLaunch,
  tests: unknown,
  deadline: Deadline,
): Promise<string | undefined> {
  let exchange = new Exchange();
  let flaw: string | undefined;
  await using sandbox = await driver.start(leanSandbox(launch, keptElaborator([elaboratorPath]), 'probe'));
  using connection = new ElaboratorConnection({
    stdin: sandbox.stdin,
    stdout: sandbox.stdout,
    answerLimit,
    turns: new ReadingTurns(),
    listener: {
      answer: (answer) => {
        exchange.answers.push(answer);
        if (lastEvents.has(answer.event)) exchange.over.resolve();
        return undefined;
      },
      output: (from, bytes) => {
        if (from === 'program-stdout') exchange.programStdout += bytes.toString();
      },
      leftOversKilled: () => undefined,
      oomKills: () => undefined,
      processEnded: (end) => {
        exchange.end = describe(end);
      },
      overdrawn: (_, detail) => {
        flaw = detail ?? 'it said too much';
      },
      ended: () => {
        exchange.over.resolve();
      },
    },
  });
  for (const { about, request, ...wanted } of selfTest.parse(tests)) {
    exchange = new Exchange();
    connection.ask(request);
    if ('stopped' in (await deadline.race(exchange.over.promise))) return `“${about}” was not answered in time`;
    const { answers, programStdout, end } = exchange;
    const missing = missingEvent(answers, wanted.events);
    const problem =
      flaw ??
      (missing && `${missing}; it said ${JSON.stringify(answers).slice(0, 1000)}`) ??
      (end === wanted.end ? undefined : `it ended with ${end ?? 'nothing'}`) ??
      (programStdout === (wanted.programStdout ?? '')
        ? undefined
        : `the program printed ${JSON.stringify(programStdout)}`);
    if (problem !== undefined) return `“${about}” failed: ${problem}`;
  }
  return undefined;
}

/** The first event that must come and does not, in their order. */
function missingEvent(answers: readonly ElaboratorAnswer[], wanted: readonly object[]): string | undefined {
  let next = 0;
  for (const answer of answers) if (next < wanted.length && contains(answer, wanted[next])) next += 1;
  return next === wanted.length ? undefined : `there is no ${JSON.stringify(wanted[next])}`;
}

/** Whether a value has everything that another one has; lists have to be as long. */
function contains(value: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(value) && value.length === part.length && part.every((item, i) => contains(value[i], item));
  }
  if (typeof part !== 'object' || part === null) return isDeepStrictEqual(value, part);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(part).every(([name, item]) => contains(Reflect.get(value, name), item));
}

function describe(end: ProcessEnd): string {
  return 'exitCode' in end ? `exit ${end.exitCode}` : `signal ${end.signal}`;
}
