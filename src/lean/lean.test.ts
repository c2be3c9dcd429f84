/** What every Lean keeps to, whoever it is: one table of cases for all of them. */
import { describe, expect, it } from 'vitest';
import { elaboratorProcesses } from '../../test/fakes/elaborator-processes.ts';
import { FakeLean } from '../../test/fakes/lean.ts';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import { programText } from '../../test/e2e/support/programs.ts';
import { Deadline } from '../core/deadline.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { LeanElaborator } from './lean-elaborator.ts';
import { LeanServer } from './lean-server.ts';
import { isCut, type Elaboration, type Lean } from './lean.ts';

const { driver } = await elaboratorProcesses();

const output = { keepBytes: 10_000, stopBytes: 1_000_000 };
const launch = { ...someLaunch, toolchain: { ...someLaunch.toolchain, serverOptions: [] } };

const implementations: readonly (readonly [name: string, start: () => Promise<Lean>])[] = [
  ['a fake for tests', () => Promise.resolve(new FakeLean(launch))],
  ['the elaborator', () => LeanElaborator.start(driver, launch, output, new ReadingTurns())],
  ['Lean’s language server', () => LeanServer.start(driver, launch, output, new ReadingTurns())],
  [
    'Lean’s language server in two processes',
    () => {
      const { toolchain } = launch;
      const inTwo = { ...launch, toolchain: { ...toolchain, worker: false } };
      return LeanServer.start(driver, inTwo, output, new ReadingTurns());
    },
  ],
];

const bad = 'def bad : Nat := "x"\n';

describe.each(implementations)('%s', (_, start) => {
  /** Has a Lean of its own elaborate texts, one after another, and gives what it says of the last. */
  async function elaborate(...texts: readonly string[]): Promise<Elaboration> {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    let last: Elaboration | undefined;
    for (const text of texts) last = await lean.elaborate({ text }, deadline);
    if (last === undefined) throw new Error('no text');
    return last;
  }

  it('accepts a text in which nothing is wrong', async () => {
    expect(await elaborate('def a := 1\n')).toMatchObject({ end: 'finished', accepted: true, diagnostics: [] });
  });

  it('rejects a text with an error, and says where in Lean’s own positions', async () => {
    const { diagnostics, ...verdict } = await elaborate(`def a := "🎉"\n${bad}`);
    expect(verdict).toMatchObject({ end: 'finished', accepted: false });
    expect(diagnostics).toMatchObject([{ severity: 'error', start: { line: 2 }, end: { line: 2, column: 20 } }]);
  });

  it('accepts a text with other messages than errors', async () => {
    const said = await elaborate('#eval 1\ntheorem t : 1 = 1 := sorry\n');
    expect(said).toMatchObject({ end: 'finished', accepted: true });
    expect(said.diagnostics.map(({ severity, start }) => [severity, start.line])).toEqual([
      ['information', 1],
      ['warning', 2],
    ]);
  });

  it('looks at nothing behind imports that it cannot process', async () => {
    const { end, diagnostics } = await elaborate('import Nowhere.AtAll\n#eval 1\n');
    expect(end).toBe('header-failed');
    expect(diagnostics.map(({ severity, start }) => [severity, start.line])).toEqual([['error', 1]]);
  });

  it('says of a text all that there is to say, whatever it was given before', async () => {
    const alone = await elaborate(`def a := 1\n${bad}#eval 2\n`);
    expect(await elaborate('def a := 1\n', `def a := 1\n${bad}`, `def a := 1\n${bad}#eval 2\n`)).toEqual(alone);
    expect(await elaborate(`${bad}#eval 1\n`, `def a := 1\n${bad}#eval 2\n`)).toEqual(alone);
    expect(await elaborate(bad, '')).toMatchObject({ end: 'finished', accepted: true, diagnostics: [] });
  });

  it('tells the same again for the same text', async () => {
    const text = `#eval 1\n${bad}`;
    expect(await elaborate(text, text)).toEqual(await elaborate(text));
  });

  it('names what the new part declares, with places in the whole text', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    const before = 'def a := 1\n';
    const text = `${before}def b := 2\ntheorem c : 1 = 1 := rfl\n`;
    await lean.elaborate({ text, newFrom: before.length, wanted: ['declarations'] }, deadline);
    const declarations = await lean.declarations();
    expect(declarations.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(declarations.map(({ start: from, end }) => text.slice(from, end))).toEqual([
      'def b := 2',
      'theorem c : 1 = 1 := rfl',
    ]);
    expect(declarations.map(({ nameStart }) => text.charAt(nameStart))).toEqual(['b', 'c']);
  });

  it('leaves nothing open where nothing is open', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    await lean.elaborate({ text: 'theorem t : 1 = 1 := rfl\n', wanted: ['goals'] }, deadline);
    expect(await lean.openGoals(deadline)).toEqual({ goals: [], more: 0 });
  });

  it('hands over what was written beside its messages, once', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    const elaboration = await lean.elaborate({ text: programText('eval-raw-output') }, deadline);
    expect(elaboration).toMatchObject({ end: 'finished', accepted: true });
    expect(lean.takeOutput().stdout).toEqual({ text: 'raw output\n', omittedBytes: 0 });
    expect(lean.takeOutput().stdout).toEqual({ text: '', omittedBytes: 0 });
  });

  it('kills what a text has left running, and forgets what was written, when it is asked to', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    const shell = programText('def-shell');
    const leaves = `${shell}#eval shell "echo said; (sleep 100; echo late) & echo $! > left"\n`;
    expect(await lean.elaborate({ text: leaves }, deadline)).toMatchObject({ end: 'finished', accepted: true });
    expect(await lean.dropLeftOvers()).toBe(true);
    const looks = `${shell}#eval shell "kill -0 $(cat left) 2> /dev/null && echo alive"\n`;
    expect(await lean.elaborate({ text: looks }, deadline)).toMatchObject({ end: 'finished', accepted: true });
    expect(lean.takeOutput().stdout.text).toBe('');
    expect(await lean.dropLeftOvers()).toBe(true);
    await lean[Symbol.asyncDispose]();
    expect(await lean.dropLeftOvers()).toBe(false);
  });

  it.each([
    ['time', 'timed-out'],
    ['caller', 'cancelled'],
  ] as const)('stops for the sake of its %s with what is known by then', async (who, end) => {
    await using lean = await start();
    const caller = new AbortController();
    using deadline = new Deadline(who === 'time' ? 300 : undefined, caller.signal);
    if (who === 'caller')
      setTimeout(() => {
        caller.abort();
      }, 300);
    const said = await lean.elaborate({ text: `#eval 1\n${programText('eval-spin')}` }, deadline);
    expect(said.end).toBe(end);
    expect(isCut(said)).toBe(true);
  });

  it('ends with the code that ends its process, and then answers nothing', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    const said = await lean.elaborate({ text: programText('eval-exit') }, deadline);
    expect(said.end).toBe('crashed');
    await lean.ended;
    expect(lean.hasEnded).toBe(true);
    await expect(lean.declarations()).rejects.toThrow();
    expect(isCut(await lean.elaborate({ text: 'def a := 1\n' }, deadline))).toBe(true);
  });

  it('can be disposed at any time, and more than once', async () => {
    const lean = await start();
    using deadline = new Deadline(60_000);
    const elaborating = lean.elaborate({ text: programText('eval-spin') }, deadline);
    await lean[Symbol.asyncDispose]();
    await lean[Symbol.asyncDispose]();
    expect(isCut(await elaborating)).toBe(true);
    expect(lean.hasEnded).toBe(true);
  });
});
