/*
 * Two thousand calls of all kinds, hostile ones among them, to one server over stdio; then nothing may be in use that was
 * not in use before, and the server must answer as fast. Usage: npm run soak [-- --calls N --at-once N]. Needs an engine
 * and an image (LEAN_DOCKER_MCP_IMAGE), and Linux.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { connectEngine } from '../src/sandbox/docker/engine.ts';
import { callNumber, type SoakCall } from './soak/mix.ts';
import { excess, readServerVitals, type ServerVitals } from './soak/server-vitals.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '2000' }, 'at-once': { type: 'string', default: '4' } },
});
const [calls, atOnce] = [Number(values.calls), Number(values['at-once'])];
const settleMs = 30_000;
const samples = 15;

const transport = new StdioClientTransport({
  command: process.execPath,
  args: ['dist/cli/main.js'],
  env: { ...(process.env as Record<string, string>), LEAN_DOCKER_MCP_MEMORY_LIMIT: '512m' },
  stderr: 'ignore',
});
const client = new Client({ name: 'soak', version: '0' });
await client.connect(transport);
const pid = transport.pid ?? 0;
const docker = await connectEngine(process.env);
const problems: string[] = [];
const outcomes = new Map<string, number>();

/** One call. What is wrong with its answer is noted. */
async function make(call: SoakCall): Promise<void> {
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const tool = call.kind === 'session' ? 'execute-lean-persistent' : 'execute-lean';
  const signal = call.cancelAfterMs === undefined ? undefined : AbortSignal.timeout(call.cancelAfterMs);
  try {
    const {
      isError,
      structuredContent = {},
      content,
    } = await client.callTool(
      { name: tool, arguments: call.arguments },
      { timeout: 300_000, ...(signal && { signal }) },
    );
    const result = structuredContent as Record<string, unknown>;
    const problem = isError === true ? JSON.stringify(content) : call.problem(result);
    count(`${call.kind} ${isError === true ? 'refused' : String(result['outcome'])}`);
    // A hostile call may be refused, for instance because its code is too long.
    if (problem !== undefined && !(isError === true && call.kind !== 'honest'))
      problems.push(`${call.name}: ${problem}`);
    const id = result['session_id'];
    if (typeof id === 'string') await client.callTool({ name: 'cleanup-session', arguments: { session_id: id } });
  } catch (error) {
    if (signal?.aborted !== true) problems.push(`${call.name}: ${String(error)}`);
    count(`${call.kind} given up`);
  }
}

/** Milliseconds of a call that has the server to itself: the middle of several. */
async function latency(): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const startedAt = performance.now();
    await make(callNumber(0));
    times.push(performance.now() - startedAt);
    await pause(200);
  }
  return Math.round(times.sort((a, b) => a - b)[Math.floor(samples / 2)] ?? 0);
}

async function settled(reference?: ServerVitals): Promise<ServerVitals> {
  const until = performance.now() + settleMs;
  for (;;) {
    await pause(2000);
    const vitals = await readServerVitals(docker, pid);
    if (reference === undefined || excess(reference, vitals).length === 0 || performance.now() > until) return vitals;
  }
}

function say(when: string, { containers, memoryMiB, descriptors }: ServerVitals, milliseconds: number): void {
  process.stdout.write(
    `${when}: ${containers} containers, ${memoryMiB} MiB, ${descriptors} descriptors, ${milliseconds} ms a call\n`,
  );
}

// So much that everything has been loaded and the pool is full.
await Promise.all(Array.from({ length: 12 }, (_, number) => make(callNumber(number * 2))));
const latencyBefore = await latency();
await pause(3000);
const before = await settled();
say('before', before, latencyBefore);

let next = 0;
const work = async (): Promise<void> => {
  while (next < calls) {
    next += 1;
    if (next % 100 === 0) process.stderr.write(`${next} of ${calls} calls\n`);
    await make(callNumber(next));
  }
};
const startedAt = performance.now();
await Promise.all(Array.from({ length: atOnce }, work));
const seconds = Math.round((performance.now() - startedAt) / 1000);

const latencyAfter = await latency();
const after = await settled(before);
say('after', after, latencyAfter);
problems.push(...excess(before, after));
// Others may be at work on the machine; a server that has something left to do is slower than that.
if (latencyAfter > 3 * latencyBefore + 500)
  problems.push(`a call takes ${latencyAfter} ms instead of ${latencyBefore}`);
await client.close();

process.stdout.write(`${calls} calls in ${seconds} s:\n`);
for (const [outcome, count] of [...outcomes].sort()) process.stdout.write(`  ${outcome}: ${count}\n`);
for (const problem of problems) process.stdout.write(`PROBLEM ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
