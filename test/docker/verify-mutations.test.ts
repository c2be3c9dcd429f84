/*
 * Takes each check of the judge away once, and looks whether a cheat comes of it: a check that nothing notices is either tried
 * by no cheat, or of no use. The exports of the cheats are made in sandboxes, the judges run beside them: they read only.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, inject, it } from 'vitest';
import { nameToWord } from '../../src/verify/answer.ts';
import { standardAxioms } from '../../src/verify/verification.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { forgedPairs, forgedSubmissions } from './support/forged-exports.ts';
import { mutations, type Mutation } from './support/verifier-mutations.ts';
import { openVerifyBench } from './support/verify-bench.ts';
import { verifyFixtures } from './support/verify-fixtures.ts';

const verifier = path.join(import.meta.dirname, '..', '..', 'verifier');
const lean = process.env['LEAN_TOOLCHAIN_DIR'];
const isReal = !inject('isStandIn') && lean !== undefined;

/** The number of the cheats that use up time or memory. */
const exhausting = 22;

interface Cheats extends AsyncDisposable {
  /** A line for each: files, and axioms. */
  readonly list: string;
  /** What the judge says of each, as it is. */
  readonly verdicts: readonly string[];
}

async function writeCheats(): Promise<Cheats> {
  const folder = await temporaryFolder();
  await using bench = await openVerifyBench(inject('sandboxImage'));
  const lines: string[] = [];
  const write = async (statement: Uint8Array, submission: Uint8Array, allow: readonly string[]): Promise<void> => {
    const [a, b] = ['statement', 'submission'].map((what) => path.join(folder.path, `${lines.length}.${what}`)) as [
      string,
      string,
    ];
    await writeFile(a, statement);
    await writeFile(b, submission);
    lines.push([a, b, ...[...standardAxioms, ...allow].map(nameToWord)].join(' '));
  };
  const claim = await bench.exportOf('theorem t : False := sorry\n');
  for (const { export: forge } of forgedSubmissions) await write(claim, forge(), []);
  for (const { statement, submission } of forgedPairs) await write(statement(), submission(), []);
  // What only takes long comes to no export.
  for (const fixture of verifyFixtures('cheats').filter(({ cheat }) => cheat !== exhausting)) {
    const exports = await bench.exports(fixture);
    if (exports !== undefined) await write(exports.statement, exports.submission, fixture.allow);
  }
  const list = path.join(folder.path, 'list');
  await writeFile(list, `${lines.join('\n')}\n`);
  const verdicts: string[] = [];
  await using built = await buildJudge();
  for await (const verdict of judged(built.path, list)) verdicts.push(verdict);
  return { list, verdicts, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const sourceOf = ({ file }: Mutation): string => path.join('Verifier', file);

/** Compiles the judge, without a check. @returns where its sources and modules are */
async function buildJudge(mutation?: Mutation): ReturnType<typeof temporaryFolder> {
  const folder = await temporaryFolder();
  await cp(verifier, folder.path, { recursive: true });
  if (mutation !== undefined) {
    const file = path.join(folder.path, sourceOf(mutation));
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace(mutation.from, () => mutation.to),
    );
  }
  execFileSync(path.join(folder.path, 'build'), [lean ?? '', folder.path, 'interpreted'], { stdio: 'pipe' });
  return folder;
}

/** What a judge says of each, one after the other. */
async function* judged(folder: string, list: string): AsyncGenerator<string, void, undefined> {
  const child = spawn(
    path.join(lean ?? '', 'bin', 'lean'),
    ['--run', path.join(folder, 'test', 'JudgeMany.lean'), list],
    {
      env: { ...process.env, LEAN_PATH: path.join(folder, 'olean') },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const closed = once(child, 'close');
  try {
    for await (const line of createInterface({ input: child.stdout })) yield line;
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
}

it.each(mutations)('the check stands once in the judge: $without', async (mutation) => {
  const source = await readFile(path.join(verifier, sourceOf(mutation)), 'utf8');
  expect(source.split(mutation.from)).toHaveLength(2);
});

describe.runIf(isReal)('a judge without a check lets something pass, or refuses it for another reason', () => {
  const cheats = shared(writeCheats, isReal);

  it('but for that, all cheats are refused', () => {
    expect(cheats().verdicts.length).toBeGreaterThan(60);
    expect(cheats().verdicts.filter((verdict) => verdict.endsWith(' verified'))).toEqual([]);
  });

  it.each(mutations)('without $without', async (mutation) => {
    const { list, verdicts } = cheats();
    const noticed: string[] = [];
    let number = 0;
    await using built = await buildJudge(mutation);
    for await (const verdict of judged(built.path, list)) {
      if (verdict !== verdicts[number]) noticed.push(`${verdicts[number] ?? 'nothing'} → ${verdict}`);
      number += 1;
      if (noticed.length > 0) break;
    }
    // A judge that ends in the middle has noticed, too.
    expect(noticed.length > 0 || number < verdicts.length).toBe(true);
  });
});
