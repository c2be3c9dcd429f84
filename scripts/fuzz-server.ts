/*
 * Puts a hostile Lean behind a real server, over stdio and over HTTP, with a canary beside it. Fails when the server ends,
 * when its memory grows, when a call is not answered, and when the canary waits too long. Needs an engine.
 * Usage: npm run fuzz:server [-- --frames N --seed N --only NAME], with a name as the output has it.
 */
import { parseArgs } from 'node:util';
import { connectEngine } from '../src/sandbox/docker/engine.ts';
import { buildTestImage, testToolchain } from '../test/support/toolchain.ts';
import { openEngine } from './engine/open-engine.ts';
import { makeHostileCalls } from './fuzz/hostile-calls.ts';
import { SoakServer } from './soak/soak-server.ts';
import { startOnHttp, startOnStdio } from './soak/start-server.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const maxWaitMs = 250;
const maxGrowth = 16 * 1024 ** 2;
const mebibyte = 1024 ** 2;

/** Nobody but the elaborator writes to its channel, so the first strange frame there ends a call: these are short. */
const onLanguageServer = { elaborator: false, share: 0.48, framesPerCall: 50_000 };
const onElaborator = { elaborator: true, share: 0.02, framesPerCall: 2000 };
const runs = [
  { name: 'stdio', start: startOnStdio, ...onLanguageServer },
  { name: 'HTTP', start: startOnHttp, ...onLanguageServer },
  { name: 'stdio, elaborator', start: startOnStdio, ...onElaborator },
  { name: 'HTTP, elaborator', start: startOnHttp, ...onElaborator },
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

delete process.env['LEAN_TOOLCHAIN_DIR'];
const engine = await openEngine();
try {
  const docker = await connectEngine(process.env);
  process.env['LEAN_DOCKER_MCP_IMAGE'] = await buildTestImage(docker, await testToolchain());
  for (const { name, start, elaborator, share, framesPerCall } of runs) {
    if (values.only !== undefined && values.only !== name) continue;
    process.env['LEAN_DOCKER_MCP_ELABORATOR'] = String(elaborator);
    await using server = new SoakServer(await start(), docker);
    const { frames, outcomes, waits, liveBytes, problems } = await makeHostileCalls(server, {
      frames: Number(values.frames) * share,
      framesPerCall,
      callsAtOnce: 3,
      seed: Number(values.seed),
    });
    const [before, after] = liveBytes;
    const at = (part: number): string => (waits[Math.floor((waits.length - 1) * part)] ?? NaN).toFixed(1);
    say(`${name}: ${frames} frames; calls: ${[...outcomes].map(([what, count]) => `${what} ${count}`).join(', ')}`);
    say(`  canary: ${waits.length} waits, median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
    say(`  live memory: ${(before / mebibyte).toFixed(1)} to ${(after / mebibyte).toFixed(1)} MiB`);
    const found = [
      ...problems,
      ...((waits.at(-1) ?? Infinity) > maxWaitMs ? [`the canary waited for more than ${maxWaitMs} ms`] : []),
      ...(after - before > maxGrowth ? ['memory has grown'] : []),
    ];
    for (const problem of found) say(`  PROBLEM: ${problem}`);
    if (found.length > 0) process.exitCode = 1;
  }
} finally {
  await engine.close();
}
