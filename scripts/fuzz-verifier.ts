/*
 * Has the reader of verify-lean's judge read exports that were changed at random, compiled by the Lean that LEAN_TOOLCHAIN_DIR names.
 * Fails when the reader ends otherwise than with a result, reads more than it was given, or takes long.
 * Usage: npm run fuzz:verifier [-- --cases N --seed N].
 */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { verifierCorpus } from './fuzz/verifier-corpus.ts';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const maxCaseMs = 10_000;
const verifier = path.join(import.meta.dirname, '..', 'verifier');
const lean = process.env['LEAN_TOOLCHAIN_DIR'];

if (lean === undefined) {
  process.stdout.write('verifier: not fuzzed, since LEAN_TOOLCHAIN_DIR names no Lean\n');
} else {
  await using temporary = await temporaryFolder();
  const { path: folder } = temporary;
  const program = compile(lean, folder);
  const files: string[] = [];
  for (const [index, bytes] of (await verifierCorpus(lean, path.join(folder, 'olean'))).entries()) {
    const file = path.join(folder, `${index}.export`);
    await writeFile(file, bytes);
    files.push(file);
  }
  const said = execFileSync(program, [values.cases, values.seed, ...files], { encoding: 'utf8' });
  process.stdout.write(`verifier: ${files.length} exports, ${said}`);
  if (Number(/longest (\d+) ms/.exec(said)?.[1]) > maxCaseMs) {
    process.stdout.write(`  PROBLEM: a case took longer than ${maxCaseMs} ms\n`);
    process.exitCode = 1;
  }
}

/** Makes a program of it, since a million cases take an interpreter a day. @returns its path */
function compile(toolchain: string, folder: string): string {
  const [olean, c, program] = [path.join(folder, 'olean'), path.join(folder, 'c'), path.join(folder, 'fuzz-reader')];
  const run = (tool: string, ...args: string[]): void => {
    execFileSync(path.join(toolchain, 'bin', tool), args, {
      stdio: 'inherit',
      env: { ...process.env, LEAN_PATH: olean },
    });
  };
  execFileSync(path.join(verifier, 'build'), [toolchain, folder, 'interpreted'], { stdio: 'inherit' });
  const fuzzer = path.join(c, 'FuzzReader.c');
  run('lean', '-R', verifier, '-c', fuzzer, path.join(verifier, 'test', 'FuzzReader.lean'));
  const sources = [...['Text', 'Refusal', 'Read'].map((name) => path.join(c, 'Verifier', `${name}.c`)), fuzzer];
  const objects = sources.map((source) => {
    const object = source.replace(/c$/, 'o');
    run('leanc', '-c', '-O2', '-DNDEBUG', '-o', object, source);
    return object;
  });
  run('leanc', '-leanshared', '-o', program, ...objects, `-Wl,-rpath,${path.join(toolchain, 'lib', 'lean')}`);
  return program;
}
