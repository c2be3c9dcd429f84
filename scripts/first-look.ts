/*
 * `make run`: from nothing to a program of Lean that ran in its container, on the real path. Where no Lean can be had, the
 * stand-in toolchain of the tests takes its place, and every line that comes from it says so.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { exitCodes } from '../src/cli/exit-codes.ts';
import { openEngine } from './engine/open-engine.ts';

const root = path.join(import.meta.dirname, '..');
const main = path.join(root, 'dist', 'cli', 'main.js');
const standIn = {
  mark: '[stand-in toolchain, not Lean] ',
  dir: path.join(root, '.cache', 'stand-in'),
  tag: 'lean-docker-mcp:stand-in',
};

/** What WITH names, as in `make run WITH=mathlib`. */
const packages = (process.env['WITH'] ?? '').split(' ').filter(Boolean);
const example = packages.includes('mathlib') ? 'examples/mathlib.lean' : 'examples/hello.lean';

async function firstLook(): Promise<number> {
  const engine = await openEngine();
  try {
    say(`Using ${engine.description}.`);
    const built = await node([main, 'image', 'build', '--no-list', ...packages.flatMap((name) => ['--with', name])]);
    if (built === 0) return await node([main, 'run', example]);
    // Packages cannot be had without a network, and no recording stands in for them.
    if (built !== exitCodes.notReady || process.env['LEAN_TOOLCHAIN_DIR'] || packages.length > 0) return built;
    say(
      'No Lean could be had on this machine, as said above: there is none in LEAN_TOOLCHAIN_DIR or in the folder of elan,',
    );
    say(
      'and none could be downloaded. What follows takes the same path with a stand-in toolchain that plays recordings.',
    );
    await node([path.join(root, 'test', 'stand-in', 'make-toolchain.mjs'), standIn.dir]);
    const image = await node(
      [main, 'image', 'build', '--no-list', '--toolchain-dir', standIn.dir, '--tag', standIn.tag],
      standIn.mark,
    );
    if (image !== 0) return image;
    process.env['LEAN_DOCKER_MCP_IMAGE'] = standIn.tag;
    return await node([main, 'run', 'examples/hello.lean'], standIn.mark);
  } finally {
    await engine.close();
  }
}

/** Runs Node and returns its exit code; with a mark, each line of its output begins with it. */
async function node(args: readonly string[], mark?: string): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: mark === undefined ? 'inherit' : ['inherit', 'pipe', 'pipe'],
  });
  const exit = once(child, 'close') as Promise<[number | null]>;
  await Promise.all([copyMarked(child.stdout, process.stdout, mark), copyMarked(child.stderr, process.stderr, mark)]);
  return (await exit)[0] ?? 1;
}

async function copyMarked(from: Readable | null, to: NodeJS.WriteStream, mark = ''): Promise<void> {
  if (from === null) return;
  for await (const line of createInterface({ input: from })) to.write(`${mark}${line}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

// Ctrl-C ends the command that runs; what was started here is still to be stopped.
process.on('SIGINT', () => undefined);
try {
  process.exitCode = await firstLook();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = exitCodes.notReady;
}
