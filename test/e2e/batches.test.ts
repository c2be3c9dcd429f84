/* Many texts at once: over MCP, and from a shell. Whatever becomes of one says nothing about the others. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './support/command.ts';
import { containersEverMadeBy, expectNoContainers } from './support/containers.ts';
import { programText } from './support/programs.ts';
import { connect } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();

const good = 'def fine := 1\n';
const wrong = 'def bad : Nat := "x"\n';
const unfinished = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n';

interface Item {
  readonly id: string;
  readonly verdict: string;
  readonly outcome?: string;
  readonly error?: string;
  readonly uses_sorry?: boolean;
  readonly diagnostics?: readonly { line: number; message: string; severity: string }[];
}
interface Batch {
  readonly status: string;
  readonly accepted: number;
  readonly rejected: number;
  readonly undecided: number;
  readonly items: readonly Item[];
  readonly truncated?: { readonly items?: number };
  readonly full_result?: string;
}

async function check(args: Readonly<Record<string, unknown>>, onprogress?: (line: string) => void): Promise<Batch> {
  const options = onprogress && {
    onprogress: ({ message = '' }: Progress) => {
      onprogress(message);
    },
  };
  const { isError, content, structuredContent } = await server().call('check-batch', args, options);
  expect(isError ?? false, JSON.stringify(content)).toBe(false);
  return structuredContent as Batch;
}

describe('check-batch', () => {
  it('has an end for each item, and none says anything about its neighbours', async () => {
    const items = [
      { id: 'good', code: good },
      { id: 'spin', code: programText('eval-spin') },
      { id: 'wrong', code: wrong },
      { id: 'allocate', code: programText('eval-allocate') },
      { id: 'sorry', code: unfinished },
      { id: 'crash', code: programText('eval-exit') },
      { id: 'import', code: 'import Forbidden.Module\n#eval 1' },
      { id: 'again', code: good },
    ];
    const batch = await check({ items, timeout: 40 });
    expect(batch).toMatchObject({ status: 'error', accepted: 3, rejected: 1, undecided: 4 });
    const ends = batch.items.map(({ id, verdict, outcome }) => [id, verdict, outcome]);
    expect(ends).toEqual([
      ['good', 'accepted', undefined],
      ['spin', 'undecided', 'timed-out'],
      ['wrong', 'rejected', undefined],
      ['allocate', 'undecided', 'out-of-memory'],
      ['sorry', 'accepted', undefined],
      ['crash', 'undecided', 'crashed'],
      ['import', 'undecided', 'import-refused'],
      ['again', 'accepted', undefined],
    ]);
    expect(batch.items.map(({ uses_sorry: sorry }) => sorry === true)).toEqual(ends.map(([id]) => id === 'sorry'));
    expect(batch.items[2]?.diagnostics).toMatchObject([{ severity: 'error', line: 1 }]);
  });

  it('tells every item as progress, in the order of the call', async () => {
    const items = Array.from({ length: 12 }, (_, n) => ({ id: `n${n}`, code: `#eval ${n} + ${n}\n` }));
    const told: string[] = [];
    const batch = await check({ items }, (message) => told.push(...message.split('\n')));
    expect(batch).toMatchObject({ status: 'success', accepted: 12 });
    expect(batch.items.map(({ diagnostics }) => diagnostics?.[0]?.message.trim())).toEqual(
      items.map((_, n) => String(2 * n)),
    );
    expect(told.filter((line) => line.endsWith(': accepted'))).toEqual(items.map(({ id }) => `${id}: accepted`));
  });

  it('of many long items tells what fits, and all of it where the result says', async () => {
    const items = Array.from({ length: 24 }, (_, n) => ({ id: `n${n}`, code: programText('eval-flood') }));
    const result = await server().call('check-batch', { items });
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(21_000);
    const { items: shown, accepted, full_result: uri = '' } = result.structuredContent as Batch;
    expect([accepted, shown.length]).toEqual([24, 24]);
    const { contents } = await server().client.readResource({ uri });
    const [whole] = contents.map((content) => ('text' in content ? (JSON.parse(content.text) as Batch) : undefined));
    const lengthOf = (batch: Batch | undefined): number => JSON.stringify(batch?.items[0]?.diagnostics ?? []).length;
    expect(whole?.items).toHaveLength(24);
    expect(lengthOf(whole)).toBeGreaterThan(lengthOf(result.structuredContent as Batch));
  });

  it('tells only the parts that are asked for', async () => {
    const batch = await check({ items: [{ code: '#eval 1 + 1' }, { code: wrong }], report: [] });
    expect(batch.items[0]).not.toHaveProperty('diagnostics');
    expect(batch.items[1]).toMatchObject({
      id: '2',
      verdict: 'rejected',
      error: expect.stringContaining('line 1') as string,
    });
  });

  it.each([
    [
      'two items of one id',
      {
        items: [
          { id: 'a', code: good },
          { id: 'a', code: good },
        ],
      },
      'Two items have the id "a"',
    ],
    [
      'more than 4 MiB',
      { items: Array.from({ length: 5 }, () => ({ code: '-'.repeat(1_000_000) })) },
      'at most 4194304',
    ],
    ['an item that is too long', { items: [{ id: 'b', code: '-'.repeat(1_100_000) }] }, 'Item "b": code has'],
    ['nothing', { items: [] }, 'items'],
  ])('refuses %s', async (_, args, why) => {
    expect(await server().refusal('check-batch', args)).toContain(why);
  });
});

it('items that share a sandbox know nothing of each other', async () => {
  await using own = await connect({ settings: { POOL_ENABLED: 'false', MAX_CONCURRENT_CALLS: '1' } });
  const codes = ['def a := 1', '#eval a', '#eval 20 + 22', programText('eval-exit'), '#eval 1 + 1'];
  const result = await own.call('check-batch', { items: codes.map((code) => ({ code })), isolation: 'batch' });
  const { items } = result.structuredContent as { readonly items: readonly Readonly<Record<string, unknown>>[] };
  expect(items.map(({ verdict, isolation = 'item' }) => [verdict, isolation])).toEqual([
    ['accepted', 'batch'],
    ['rejected', 'batch'],
    ['accepted', 'batch'],
    ['undecided', 'item'],
    ['accepted', 'batch'],
  ]);
  // One for the first three and the fourth's first try, one for that alone, and one that takes over.
  expect(await containersEverMadeBy(own.pid, own.startedAt)).toBe(3);
  await expectNoContainers(own.pid);
});

describe('lean-docker-mcp check', () => {
  it('checks files, tells what was not accepted, and counts', async () => {
    await using folder = await temporaryFolder();
    const files = { good, wrong, unfinished };
    const paths = Object.keys(files).map((name) => path.join(folder.path, `${name}.lean`));
    for (const [n, text] of Object.values(files).entries()) await writeFile(paths[n] ?? '', text);
    const { exitCode, stdout, stderr } = await runCommand(['check', '--jobs', '2', ...paths]);
    expect(exitCode, stderr).toBe(1);
    expect(stdout).toContain(`${paths[1] ?? ''}: rejected: Lean rejected the code`);
    expect(stdout).toMatch(/wrong\.lean:1:\d+: error: /);
    expect(stdout).toContain(`${paths[2] ?? ''}: accepted, but unfinished: sorry`);
    expect(stdout).not.toContain(`${paths[0] ?? ''}:`);
    expect(stdout).toMatch(
      /^accepted {2}2 {2}1 of them unfinished \(sorry\)\nrejected {2}1\nundecided 0\nall {7}3 {2}in /m,
    );
    // Nobody sees a bar where there is no terminal.
    expect(stderr).toBe('');
  });

  it('reads objects from standard input, writes results in their order, and says so when one is undecided', async () => {
    await using folder = await temporaryFolder();
    const out = path.join(folder.path, 'results.ndjson');
    const lines = [{ id: 'spin', code: programText('eval-spin') }, { code: good }, { id: 'c', code: unfinished }];
    const stdin = lines.map((line) => JSON.stringify(line)).join('\n');
    const { exitCode, stdout, stderr } = await runCommand(['check', '--timeout', '5', '--out', out, '-'], { stdin });
    expect(exitCode, stderr).toBe(4);
    const results = (await readFile(out, 'utf8')).trim().split('\n');
    expect(results.map((line) => JSON.parse(line) as Item)).toMatchObject([
      { index: 0, id: 'spin', verdict: 'undecided', outcome: 'timed-out' },
      { index: 1, id: '2', verdict: 'accepted' },
      { index: 2, id: 'c', verdict: 'accepted', uses_sorry: true },
    ]);
    expect(stdout).toMatch(/^accepted {2}2 .*\nrejected {2}0\nundecided 1 {2}timed-out 1\n/);
  });

  it('ends with 0 when all are accepted, with the results on standard output', async () => {
    const stdin = '{"code": "#eval 1 + 1"}\n{"code": "#eval 2 + 2"}\n';
    const { exitCode, stdout, stderr } = await runCommand(['check', '--out', '-', '-'], { stdin });
    expect(exitCode, stderr).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Item).verdict),
    ).toEqual(['accepted', 'accepted']);
    expect(stderr).toContain('accepted  2');
  });

  it.each([
    ['a line that is no item', ['check', '-'], '{"code": 1}', 'Line 1 is no item of a batch'],
    ['nothing', ['check', '-'], '', 'nothing to check'],
    ['a file that is not there', ['check', '/nowhere.lean'], '', 'cannot be read'],
    ['a file that cannot be written', ['check', '--out', '/nowhere/x', '-'], '{"code": ""}', 'cannot be written'],
  ])('refuses %s', async (_, args, stdin, why) => {
    const { exitCode, stderr } = await runCommand(args, { stdin });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
  });
});
