/* What the elaborator can do beyond what every Lean can: see lean.test.ts for that. */
import { describe, expect, it } from 'vitest';
import { elaboratorProcesses } from '../../test/fakes/elaborator-processes.ts';
import { programText } from '../../test/e2e/support/programs.ts';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import { Deadline } from '../core/deadline.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { LeanElaborator } from './lean-elaborator.ts';
import type { Elaboration, LeanText, ProgramRun } from './lean.ts';

const { toolchain, driver } = await elaboratorProcesses();
const output = { keepBytes: 10_000, stopBytes: 1_000_000 };

async function start(): Promise<LeanElaborator> {
  return await LeanElaborator.start(driver, someLaunch, output, new ReadingTurns());
}

/** What comes of texts, one after another, and of their programs. */
async function elaborate(
  lean: LeanElaborator,
  ...texts: readonly LeanText[]
): Promise<(Elaboration & { run?: ProgramRun })[]> {
  using deadline = new Deadline(60_000);
  const said: (Elaboration & { run?: ProgramRun })[] = [];
  for (const text of texts) {
    const elaboration = await lean.elaborate(text, deadline);
    const run = 'program' in elaboration ? await elaboration.program : undefined;
    said.push({ ...elaboration, ...(run && { run }) });
  }
  return said;
}

const program = { args: ['a', 'b'], stdin: '' };

describe('the elaborator', () => {
  it('runs a program in the process that has accepted its text, and ends as it does', async () => {
    await using lean = await start();
    const [said] = await elaborate(lean, { text: programText('main-arguments'), program });
    expect(said).toMatchObject({ end: 'finished', accepted: true });
    expect(said?.run).toMatchObject({ end: 'finished', exitCode: 2, stdout: { text: '<a>\n<b>\n' } });
    expect(lean.takeOutput().stdout.text).toBe('');
  });

  it('does not run the program of a text that it rejects', async () => {
    await using lean = await start();
    const text = `def bad : Nat := "x"\n${programText('main-arguments')}`;
    const [said] = await elaborate(lean, { text, program });
    expect(said).toMatchObject({ end: 'finished', accepted: false });
    expect(said).not.toHaveProperty('program');
  });

  it('goes on behind a program when more is to follow, from the state before it', async () => {
    await using lean = await start();
    const first = 'def x := 41\n';
    const withMain = `${first}${programText('main-arguments')}\n`;
    const said = await elaborate(
      lean,
      { text: first },
      { text: withMain, newFrom: first.length },
      { text: withMain, newFrom: withMain.length, program, goesOn: true },
      { text: `${first}#eval x + 1\n`, newFrom: first.length },
    );
    expect(said[2]?.run).toMatchObject({ end: 'finished', exitCode: 2 });
    expect(said[3]).toMatchObject({ end: 'finished', accepted: true, diagnostics: [{ start: { line: 2 } }] });
    expect(said[3]?.diagnostics[0]?.message).toBe('42');
  });

  it('stops a program when its time is up, with what it had printed', async () => {
    await using lean = await start();
    using deadline = new Deadline(10_000);
    const said = await lean.elaborate({ text: programText('main-spin'), program }, deadline);
    if (!('program' in said)) throw new Error('no program runs');
    expect(await said.program).toMatchObject({ end: 'timed-out', stdout: { text: 'started\n' } });
  });

  it('says of a text that goes on from a kept state what it says of the text as a whole', async () => {
    const before = '#eval 1\ndef a := 2\n';
    for (const [code, accepted] of [
      ['#eval a\n', true],
      ['def a := 3\n', false],
      ['  + 1\n#eval a\n', true],
    ] as const) {
      const text = before + code;
      await using alone = await start();
      const [whole] = await elaborate(alone, { text });
      await using lean = await start();
      const [, goneOn] = await elaborate(lean, { text: before }, { text, newFrom: before.length });
      expect(goneOn).toEqual(whole);
      if (toolchain.isStandIn && code.startsWith(' ')) continue;
      expect(whole).toMatchObject({ end: 'finished', accepted });
    }
  });

  it('does not go on from a text that it has rejected', async () => {
    await using lean = await start();
    const bad = 'def bad : Nat := "x"\n';
    const [, said] = await elaborate(lean, { text: bad }, { text: `${bad}#eval 1\n`, newFrom: bad.length });
    expect(said).toMatchObject({ accepted: false, diagnostics: [{ start: { line: 1 } }, { start: { line: 2 } }] });
  });

  it('tells each sorry that is left in a term', async () => {
    await using lean = await start();
    const [said] = await elaborate(lean, { text: 'def a := 1\ntheorem t : 1 = 1 := sorry\n' });
    expect(said).toMatchObject({ accepted: true, sorries: [{ declaration: 't', start: { line: 2 } }] });
  });

  it('elaborates as before when it has been prepared', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    expect(await lean.prepare('import Lean\n', deadline)).toMatchObject({ end: 'finished', accepted: true });
    const [said] = await elaborate(lean, { text: 'import Lean\n#eval 1\n' });
    expect(said).toMatchObject({ accepted: true, diagnostics: [{ message: '1' }] });
    expect(lean.takeOutput().stdout.text).toBe('');
  });

  it('cannot be prepared for imports that there are not', async () => {
    await using lean = await start();
    using deadline = new Deadline(60_000);
    expect(await lean.prepare('import Nowhere.AtAll\n', deadline)).toMatchObject({ end: 'header-failed' });
  });
});
