/*
 * A real Lean for the tests of the elaborator, and the elaborator that it compiles. There is none in continuous integration:
 * LEAN_TOOLCHAIN_DIR names one.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Elaborator } from './driver.ts';

const folder = new URL('../', import.meta.url).pathname;

/** The toolchain of `LEAN_TOOLCHAIN_DIR`, if it is one that runs. */
export const toolchain = process.env['LEAN_TOOLCHAIN_DIR'];

/** Where an elaborator compiled by this toolchain is; compiled once for each state of its sources. */
export function compiledElaborator(lean: string): string {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:lean|c)$|^build$/.test(file),
  );
  const hash = createHash('sha256').update(execFileSync(join(lean, 'bin/lean'), ['--version']));
  for (const file of sources.sort()) hash.update(file).update(readFileSync(join(folder, file)));
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lean-docker-mcp/elaborator');
  const built = join(cache, hash.digest('hex').slice(0, 16));
  if (!existsSync(join(built, 'bin/elaborator'))) {
    const draft = `${built}.${process.pid}`;
    execFileSync(join(folder, 'build'), [lean, draft], { stdio: 'inherit' });
    // As in an image: beside `lean`, with the toolchain's libraries where `lean` finds its own.
    mkdirSync(join(draft, 'bin'));
    copyFileSync(join(draft, 'elaborator'), join(draft, 'bin/elaborator'));
    symlinkSync(join(lean, 'lib'), join(draft, 'lib'));
    if (existsSync(join(lean, 'bin/cadical'))) symlinkSync(join(lean, 'bin/cadical'), join(draft, 'bin/cadical'));
    renameSync(draft, built);
  }
  return join(built, 'bin/elaborator');
}

/** Starts an elaborator of this toolchain in a folder. */
export function startElaborator(lean: string, cwd: string): Elaborator {
  return new Elaborator([compiledElaborator(lean)], { ...process.env, LEAN_NUM_THREADS: '2' }, cwd);
}

/** How a command ended and what it wrote. */
export interface CommandRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lean` to its end. */
export async function runLean(lean: string, args: readonly string[], cwd: string, stdin = ''): Promise<CommandRun> {
  const child = spawn(join(lean, 'bin/lean'), args, { cwd, stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode, stdout, stderr };
}
