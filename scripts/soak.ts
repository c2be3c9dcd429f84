/*
 * Two thousand calls of all kinds, hostile ones among them, to one server over stdio, or over HTTP; then nothing may be in
 * use that was not in use before, and the server must answer as fast as one beside it that was left alone. Measured again
 * and again between the calls, when the server has nothing to do. Needs an engine and an image (LEAN_DOCKER_MCP_IMAGE), and
 * Linux. Usage: npm run soak [-- --calls N --at-once N --rounds N --http].
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectEngine } from '../src/sandbox/docker/engine.ts';
import { callNumber, callsOfAllKinds, type SoakCall } from './soak/mix.ts';
import { slowdown, type Pair } from './soak/slowdown.ts';
import { SoakServer } from './soak/soak-server.ts';
import { startOnHttp, startOnStdio } from './soak/start-server.ts';
import { describeVitals, differences, type Vitals } from './soak/vitals.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '2000' },
    'at-once': { type: 'string', default: '4' },
    rounds: { type: 'string', default: '10' },
    http: { type: 'boolean', default: false },
  },
});
const [calls, atOnce, rounds] = [Number(values.calls), Number(values['at-once']), Number(values.rounds)];
const settleMs = 60_000;
/** Enough that a slowdown beyond the tolerance is told from chance. */
const pairsAtTheEnds = 80;
const pairsBetween = 10;
/** A server that has something left to do, or looks through more and more, is slower than that. */
const toleratedSlowdown = 1.1;

const docker = await connectEngine(process.env);
const start = values.http ? startOnHttp : startOnStdio;
await using server = new SoakServer(await start(), docker);
/** Gets the calls that are measured and no others. */
await using leftAlone = new SoakServer(await start(), docker);
const problems: string[] = [];
const outcomes = new Map<string, number>();

/** One call. What is wrong with its answer is noted. */
async function make(call: SoakCall, to = server): Promise<void> {
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const tool = call.kind === 'session' ? 'execute-lean-persistent' : 'execute-lean';
  const signal = call.cancelAfterMs === undefined ? undefined : AbortSignal.timeout(call.cancelAfterMs);
  try {
    const { isError, structuredContent = {}, content } = await to.call(tool, call.arguments, signal);
    const result = structuredContent as Record<string, unknown>;
    const problem = isError === true ? JSON.stringify(content) : call.problem(result);
    count(`${call.kind} ${isError === true ? 'refused' : String(result['outcome'])}`);
    // A hostile call may be refused, for instance because its code is too long.
    if (problem !== undefined && !(isError === true && call.kind !== 'honest'))
      problems.push(`${call.name}: ${problem}`);
    const id = result['session_id'];
    if (typeof id === 'string') await to.call('cleanup-session', { session_id: id });
  } catch (error) {
    if (signal?.aborted !== true) problems.push(`${call.name}: ${String(error)}`);
    count(`${call.kind} given up`);
  }
}

let next = 0;
/** Makes the next calls, several at once. */
async function makeCalls(count: number): Promise<void> {
  const end = next + count;
  const work = async (): Promise<void> => {
    while (next < end) {
      next += 1;
      await make(callNumber(next));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Milliseconds of an honest call to a server that has nothing else to do, and has had time to prepare for it. */
async function measure(to: SoakServer): Promise<number> {
  await pause(300);
  const startedAt = performance.now();
  await make(callNumber(0), to);
  return performance.now() - startedAt;
}

/** Calls to both servers in turns; which is first, too. */
async function measurePairs(count: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  while (pairs.length < count) {
    const isFirst = pairs.length % 2 === 0;
    const first = await measure(isFirst ? server : leftAlone);
    const second = await measure(isFirst ? leftAlone : server);
    pairs.push(isFirst ? [first, second] : [second, first]);
  }
  return pairs;
}

/** What is in use once everything that was begun is done and the pool is full. */
async function settled(reference?: Vitals): Promise<Vitals> {
  const until = performance.now() + settleMs;
  for (let earlier = -1, steady = 0; ;) {
    await pause(1000);
    const containers = await server.countContainers();
    steady = containers === earlier ? steady + 1 : 0;
    earlier = containers;
    if (steady < 3) continue;
    const vitals = await server.vitals();
    if (reference === undefined || differences(reference, vitals).length === 0 || performance.now() > until)
      return vitals;
  }
}

function middle(times: readonly number[]): number {
  return Math.round([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN);
}

async function look(when: string, pairCount: number, reference?: Vitals): Promise<readonly [Vitals, readonly Pair[]]> {
  const vitals = await settled(reference);
  const pairs = await measurePairs(pairCount);
  const { low, median, high } = slowdown(pairs);
  const [ours, others] = [middle(pairs.map(([one]) => one)), middle(pairs.map(([, other]) => other))];
  process.stdout.write(
    `${when}: ${describeVitals(vitals)}, ${ours} ms a call, left alone ${others} ms: ${median.toFixed(2)} times (${low.toFixed(2)} to ${high.toFixed(2)})\n`,
  );
  return [vitals, pairs];
}

// Whatever is done for the first time loads and compiles code, which stays.
process.stdout.write(`Each kind of call once: ${callsOfAllKinds} calls\n`);
await makeCalls(callsOfAllKinds);
for (let number = 0; number < 10; number += 1) await make(callNumber(0), leftAlone);
const [before] = await look('before', pairsAtTheEnds);

const startedAt = performance.now();
for (let round = 1; round < rounds; round += 1) {
  await makeCalls(Math.floor(calls / rounds));
  await look(`after ${next - callsOfAllKinds} calls`, pairsBetween, before);
}
await makeCalls(calls + callsOfAllKinds - next);
const [after, pairs] = await look(`after ${calls} calls`, pairsAtTheEnds, before);

problems.push(...differences(before, after));
const { low } = slowdown(pairs);
if (low > toleratedSlowdown)
  problems.push(`a call takes at least ${low.toFixed(2)} times as long as one to a server that was left alone`);

process.stdout.write(`${next} calls, the last ${calls} in ${Math.round((performance.now() - startedAt) / 1000)} s:\n`);
for (const [outcome, count] of [...outcomes].sort()) process.stdout.write(`  ${outcome}: ${count}\n`);
for (const problem of problems) process.stdout.write(`PROBLEM ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
