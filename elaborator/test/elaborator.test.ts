/*
 * What the elaborator promises beside the verdict of `lean`: sessions, limits, goals, declarations, programs, and what user
 * code cannot do to its channel. On a real Lean only.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer, Elaborator, ElaboratorEvent } from './driver.ts';
import { startElaborator, toolchain } from './toolchain.ts';

/** What an image's build asks of its elaborator before it trusts it: in each answer, an event of each kind that matches. */
interface SelfTestStep {
  readonly about: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly events: readonly ElaboratorEvent[];
  readonly programStdout?: string;
  readonly end?: string;
}

const selfTest = JSON.parse(readFileSync(new URL('../self-test.json', import.meta.url), 'utf8')) as SelfTestStep[];
const folder = mkdtempSync(join(tmpdir(), 'elaborator-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const start = (): Elaborator => startElaborator(toolchain ?? '', folder);

function event(answer: Answer, name: string): ElaboratorEvent {
  const found = answer.events.find((candidate) => candidate.event === name);
  if (found === undefined) throw new Error(`no ${name}: ${JSON.stringify(answer)}`);
  return found;
}

const verdict = (answer: Answer): unknown => event(answer, 'verdict')['verdict'];
const texts = (answer: Answer): unknown[] =>
  answer.events.flatMap((each) => (each.event === 'message' ? [(each['message'] as { text: string }).text] : []));

interface Place {
  readonly line: number;
  readonly column: number;
}
interface ToldItem extends Readonly<Record<'pos' | 'endPos' | 'namePos', Place>> {
  readonly name: string;
}

/** A list, put together from its events. */
function told(answer: Answer, name: 'declarations'): { readonly items: readonly ToldItem[]; readonly omitted: number } {
  const parts = answer.events
    .filter((candidate) => candidate.event === name)
    .map((candidate) => candidate[name] as { items: ToldItem[]; omitted: number });
  return {
    items: parts.flatMap(({ items }) => items),
    omitted: parts.reduce((sum, { omitted }) => sum + omitted, 0),
  };
}

describe.skipIf(toolchain === undefined)('the elaborator', () => {
  it('greets with its protocol, its Lean and what it can do', async () => {
    await using elaborator = start();
    expect(await elaborator.greeting()).toMatchObject({
      event: 'hello',
      protocol: 1,
      lean: expect.stringMatching(/^4\./) as string,
      compiled: true,
      programs: true,
    });
  });

  it('passes the test that an image gives it', async () => {
    await using elaborator = start();
    await elaborator.greeting();
    for (const { about, request, events, programStdout = '', end } of selfTest) {
      const answer = await elaborator.ask(request);
      const met = events.map((wanted) => answer.events.find((given) => given.event === wanted.event));
      expect({ about, met }).toMatchObject({ about, met: events });
      expect({ about, end: answer.end, stdout: answer.output.programStdout }).toEqual({
        about,
        end,
        stdout: programStdout,
      });
    }
  });

  it('imports once for texts of the same header', async () => {
    await using elaborator = start();
    await elaborator.ask({ do: 'prepare', header: 'import Lean.Data.Json\n', warmUp: [{ text: '#eval 1' }] });
    const same = await elaborator.ask({ do: 'elaborate', text: '-- first\nimport Lean.Data.Json\n#eval 1' });
    expect(event(same, 'verdict')).toMatchObject({ verdict: 'accepted', warm: true, importMs: 0 });
    const other = await elaborator.ask({ do: 'elaborate', text: 'import Lean.Data.Xml\n#eval 1' });
    expect(event(other, 'verdict')).toMatchObject({ verdict: 'accepted', warm: false });
  });

  it('says when a header failed, and goes on with others', async () => {
    await using elaborator = start();
    const answer = await elaborator.ask({ do: 'elaborate', text: 'import Nowhere\n#eval 1' });
    expect(event(answer, 'verdict')).toMatchObject({ verdict: 'error', headerFailed: true });
    const next = await elaborator.ask({ do: 'elaborate', text: '#eval nothing' });
    expect(event(next, 'verdict')).not.toHaveProperty('headerFailed');
  });

  describe('sessions', () => {
    it('go on from kept states, back to them, and tell only what is new', async () => {
      await using elaborator = start();
      const first = await elaborator.ask({ do: 'elaborate', text: 'def x := 1\n#eval x', keep: true });
      const { state } = event(first, 'verdict');
      const second = await elaborator.ask({ do: 'elaborate', on: state, text: 'def y := x + 1\n#eval y', keep: true });
      expect(texts(second)).toEqual(['2']);
      expect(event(second, 'message')['message']).toMatchObject({ pos: { line: 2, column: 0 } });
      const rewound = await elaborator.ask({ do: 'elaborate', on: state, text: 'def y := x + 2\n#eval y' });
      expect(texts(rewound)).toEqual(['3']);
      const onSecond = await elaborator.ask({
        do: 'elaborate',
        on: event(second, 'verdict')['state'],
        text: '#eval (x, y)',
      });
      expect(texts(onSecond)).toEqual(['(1, 2)']);
    });

    it('take texts of blanks and comments alone, and such before commands', async () => {
      await using elaborator = start();
      const first = await elaborator.ask({ do: 'elaborate', text: 'def x := 1', keep: true });
      const { state: on } = event(first, 'verdict');
      for (const text of ['', '\n  \n', '-- nothing', '/- nothing -/\n', '\n-- a\n#eval x', '/-- doc -/\ndef y := x']) {
        expect(verdict(await elaborator.ask({ do: 'elaborate', on, text })), text).toBe('accepted');
      }
      expect(verdict(await elaborator.ask({ do: 'elaborate', on, text: '/- no end' }))).toBe('error');
    });

    it('keep scopes, options and open namespaces', async () => {
      await using elaborator = start();
      let on: unknown;
      for (const text of [
        'namespace A',
        'variable (n : Nat)',
        'set_option pp.explicit true',
        'def f := n',
        'open Nat',
      ]) {
        const step = await elaborator.ask({ do: 'elaborate', text, keep: true, ...(on !== undefined && { on }) });
        expect(verdict(step)).toBe('accepted');
        on = event(step, 'verdict')['state'];
      }
      const last = await elaborator.ask({ do: 'elaborate', on, text: '#check f\nend A\n#check A.f' });
      expect({ verdict: verdict(last), texts: texts(last) }).toEqual({
        verdict: 'accepted',
        texts: ['A.f (n : Nat) : Nat', 'A.f (n : Nat) : Nat'],
      });
    });

    it('do not keep a rejected step, and leave the state as it was', async () => {
      await using elaborator = start();
      const first = await elaborator.ask({ do: 'elaborate', text: 'def x := 1', keep: true });
      const { state } = event(first, 'verdict');
      const rejected = await elaborator.ask({ do: 'elaborate', on: state, text: 'def y := 2\n#check z', keep: true });
      expect(event(rejected, 'verdict')).toMatchObject({ verdict: 'error' });
      expect(event(rejected, 'verdict')).not.toHaveProperty('state');
      const after = await elaborator.ask({ do: 'elaborate', on: state, text: 'def y := 3\n#eval x + y' });
      expect(texts(after)).toEqual(['4']);
    });

    it('drop the oldest states behind their limit, and say which', async () => {
      await using elaborator = start();
      await elaborator.ask({ do: 'prepare', states: 2 });
      const handles: unknown[] = [];
      const dropped: unknown[] = [];
      for (const text of ['def a := 1', 'def b := 1', 'def c := 1']) {
        const step = event(await elaborator.ask({ do: 'elaborate', text, keep: true }), 'verdict');
        handles.push(step['state']);
        dropped.push(...(step['dropped'] as unknown[]));
      }
      expect(dropped).toEqual([handles[0]]);
      const gone = await elaborator.ask({ do: 'elaborate', on: handles[0], text: '#eval a' });
      expect(event(gone, 'refused')).toMatchObject({ reason: 'unknown-state' });
      await elaborator.ask({ do: 'forget', states: [handles[1]] });
      const forgotten = await elaborator.ask({ do: 'elaborate', on: handles[1], text: '#eval b' });
      expect(event(forgotten, 'refused')).toMatchObject({ reason: 'unknown-state' });
      expect(verdict(await elaborator.ask({ do: 'elaborate', on: handles[2], text: '#eval c' }))).toBe('accepted');
    });

    it('end with a cancelled step as they were before it', async () => {
      await using elaborator = start();
      const first = await elaborator.ask({ do: 'elaborate', text: 'def x := 1', keep: true });
      const { state } = event(first, 'verdict');
      const slow = Array.from({ length: 20_000 }, (_, n) => `theorem t${n} : ${n} + 1 = 1 + ${n} := by omega`);
      const answer = elaborator.ask({ do: 'elaborate', on: state, text: slow.join('\n'), keep: true });
      elaborator.send({ do: 'cancel', of: 2 });
      expect(verdict(await answer)).toBe('cancelled');
      const after = await elaborator.ask({ do: 'elaborate', on: state, text: '#eval x' });
      expect(texts(after)).toEqual(['1']);
    });
  });

  describe('limits', () => {
    const many = Array.from({ length: 50 }, (_, n) => `#eval ${n}`).join('\n');

    it('cut the number of messages, and count the rest', async () => {
      await using elaborator = start();
      const answer = await elaborator.ask({ do: 'elaborate', text: `${many}\n#check nothing`, limits: { count: 10 } });
      expect(texts(answer)).toHaveLength(10);
      expect(event(answer, 'verdict')).toMatchObject({
        verdict: 'error',
        counts: { errors: 1, warnings: 0, information: 50 },
        omitted: { errors: 1, warnings: 0, information: 40 },
      });
    });

    it('cut a long message between characters, and say how long it was', async () => {
      await using elaborator = start();
      const answer = await elaborator.ask({
        do: 'elaborate',
        text: '#eval String.join (List.replicate 1000 "ä")',
        limits: { bytes: 100 },
      });
      expect(event(answer, 'message')['message']).toMatchObject({ text: `"${'ä'.repeat(49)}`, textBytes: 2002 });
    });

    it('stop at a hundred errors, as lean does', async () => {
      await using elaborator = start();
      const wrong = Array.from({ length: 150 }, (_, n) => `#check nothing${n}`).join('\n');
      const answer = await elaborator.ask({ do: 'elaborate', text: wrong });
      expect(texts(answer)).toHaveLength(101);
      expect(texts(answer).at(-1)).toContain('maximum number of errors');
      expect(verdict(answer)).toBe('error');
      expect(verdict(await elaborator.ask({ do: 'elaborate', text: '#eval 1' }))).toBe('accepted');
    });
  });

  it('finds every sorry in terms, whatever hides it', async () => {
    await using elaborator = start();
    const text = [
      'set_option warn.sorry false',
      'theorem a : 1 = 2 := by sorry',
      'example : 1 = 2 := by',
      '  sorry',
      'macro "mine" : term => `(sorry)',
      'theorem b : 1 = 2 := mine',
      'namespace N',
      'theorem c : 1 = 2 ∧ 2 = 3 := ⟨sorry, by apply?⟩',
      'end N',
      'theorem d : 1 = 1 := rfl',
    ].join('\n');
    const { sorries } = event(await elaborator.ask({ do: 'elaborate', text }), 'verdict');
    expect(sorries).toMatchObject([
      { declaration: 'a', pos: { line: 2, column: 24 } },
      { declaration: '_example', pos: { line: 4, column: 2 } },
      { declaration: 'b', pos: { line: 6 } },
      { declaration: 'N.c', pos: { line: 8, column: 30 } },
      { declaration: 'N.c', pos: { line: 8, column: 40 } },
    ]);
  });

  it('reports declarations with their types and the axioms that they rest on', async () => {
    await using elaborator = start();
    const text = [
      'axiom choice : 1 = 2',
      'theorem a : 2 = 1 := choice.symm',
      'theorem b : 2 = 1 := sorry',
      'structure P where',
      '  x : Nat',
      'instance : Inhabited P := ⟨⟨1⟩⟩',
      'private def hidden (n : Nat) : Nat := n',
      'theorem c (p : Prop) : p ∨ ¬p := Classical.em p',
      'class C (α : Type) where',
      '  c : α',
      'inductive T where | leaf | node (l r : T)',
      'open Nat in',
      'theorem e : succ 1 = 2 := rfl',
    ].join('\n');
    const answer = await elaborator.ask({ do: 'elaborate', text, declarations: 100 });
    const { items, omitted } = told(answer, 'declarations');
    expect(omitted).toBe(0);
    for (const declared of [
      { name: 'choice', kind: 'axiom', type: '1 = 2', line: 1, axioms: ['choice'], sorry: false },
      { name: 'a', kind: 'theorem', type: '2 = 1', line: 2, axioms: ['choice'], sorry: false },
      { name: 'b', kind: 'theorem', type: '2 = 1', line: 3, axioms: ['sorryAx'], sorry: true },
      { name: 'P', kind: 'structure', type: 'Type', line: 4, axioms: [], sorry: false },
      { name: 'P.x', kind: 'projection', type: 'P → Nat', line: 5, axioms: [], sorry: false },
      { name: 'instInhabitedP', kind: 'instance', type: 'Inhabited P', line: 6, axioms: [], sorry: false },
      { name: 'hidden', kind: 'definition', type: 'Nat → Nat', line: 7, axioms: [], sorry: false, private: true },
      {
        name: 'c',
        kind: 'theorem',
        type: '∀ (p : Prop), p ∨ ¬p',
        line: 8,
        axioms: ['Classical.choice', 'Quot.sound', 'propext'],
        sorry: false,
      },
      { name: 'C', kind: 'class', type: 'Type → Type', line: 9, axioms: [], sorry: false },
      { name: 'T', kind: 'inductive', type: 'Type', line: 11, axioms: [], sorry: false },
      { name: 'e', kind: 'theorem', type: 'Nat.succ 1 = 2', line: 13, axioms: [], sorry: false },
    ])
      expect(items).toContainEqual(expect.objectContaining(declared));
    // Each and its name, by their places.
    const lines = text.split('\n');
    const from = ({ line, column }: Place): string => lines[line - 1]?.slice(column) ?? '';
    const found = (name: string) => items.find((item) => item.name === name) ?? expect.unreachable();
    for (const [name, start, written, end] of [
      ['a', 'theorem a : 2', 'a : 2', { line: 2, column: 32 }],
      ['P', 'structure P', 'P where', { line: 5, column: 9 }],
      ['P.x', 'x : Nat', 'x : Nat', { line: 5, column: 3 }],
      ['hidden', 'private def hidden', 'hidden (n', { line: 7, column: 39 }],
      ['e', 'theorem e', 'e : succ', { line: 13, column: 29 }],
    ] as const) {
      const { pos, endPos, namePos } = found(name);
      const places = {
        start: from(pos).slice(0, start.length),
        written: from(namePos).slice(0, written.length),
        end: endPos,
      };
      expect({ name, ...places }).toEqual({ name, start, written, end });
    }
    const few = await elaborator.ask({ do: 'elaborate', text, declarations: 2 });
    expect(told(few, 'declarations')).toMatchObject({ omitted: items.length - 2 });
  });

  it('tells of many declarations in several events, in order', async () => {
    await using elaborator = start();
    const names = Array.from({ length: 250 }, (_, n) => `d${n}`);
    const text = names.map((name) => `def ${name} := 1\n`).join('');
    const answer = await elaborator.ask({ do: 'elaborate', text, declarations: 240 });
    expect(answer.events.filter(({ event: kind }) => kind === 'declarations')).toHaveLength(3);
    const { items, omitted } = told(answer, 'declarations');
    expect(items.map(({ name }) => name)).toEqual(names.slice(0, 240));
    expect(omitted).toBe(10);
  });

  it('shows the goals that are left open', async () => {
    await using elaborator = start();
    const text = [
      'theorem a (p q : Prop) (hp : p) (h : p → q) : p ∧ q := by',
      '  constructor',
      '  · sorry',
      '  · skip',
      'def f (n m : Nat) : Nat :=',
      '  let k := n + 1',
      '  k + sorry',
    ].join('\n');
    const answer = await elaborator.ask({ do: 'elaborate', text, goals: 10 });
    expect(event(answer, 'goals')['goals']).toMatchObject({
      omitted: 0,
      items: [
        {
          origin: 'sorry',
          pos: { line: 3, column: 4 },
          goal: {
            rendered: 'case left\np q : Prop\nhp : p\nh : p → q\n⊢ p',
            case: 'left',
            hypotheses: [
              { names: ['p', 'q'], type: 'Prop' },
              { names: ['hp'], type: 'p' },
              { names: ['h'], type: 'p → q' },
            ],
            target: 'p',
          },
        },
        { origin: 'unsolved-goals', pos: { line: 4, column: 2 }, goal: { case: 'right', target: 'q' } },
        {
          origin: 'sorry',
          pos: { line: 7, column: 6 },
          goal: { hypotheses: [{ names: ['n', 'm'] }, { names: ['k'], type: 'Nat', value: 'n + 1' }], target: 'Nat' },
        },
      ],
    });
  });

  describe('programs', () => {
    const program = (body: string): string => `def main (args : List String) : IO UInt32 := do\n  ${body}\n  return 3`;

    it('run after the verdict, with output of their own', async () => {
      await using elaborator = start();
      const text = `#eval (do discard <| (← IO.Process.spawn { cmd := "/bin/echo", args := #["child"] }).wait : IO Unit)\n${program('IO.println s!"{args}"')}`;
      const answer = await elaborator.ask({ do: 'elaborate', text, run: { args: ['a', 'b'] } });
      expect(answer.end).toBe('exit 3');
      expect(answer.output).toEqual({ stdout: 'child\n', stderr: '', programStdout: '[a, b]\n', programStderr: '' });
      expect(answer.events.map((each) => each.event)).toEqual(['verdict', 'running', 'program']);
      expect(event(answer, 'program')).toMatchObject({ end: 'exited', exitCode: 3 });
    });

    it.each([
      ['returns', 'pure ()', 3],
      ['throws', 'throw <| IO.userError "no"', 1],
      ['exits', 'IO.Process.exit 200', 200],
      ['exits in a task', 'let t ← IO.asTask (IO.Process.exit 7 : IO Unit); discard <| IO.wait t', 7],
      [
        'cannot start a child, which exits with a copy of it,',
        'try discard <| (← IO.Process.spawn { cmd := "/nothing" }).wait catch _ => pure ()',
        3,
      ],
    ])('tell how they end, once, when one %s', async (_, body, code) => {
      await using elaborator = start();
      const answer = await elaborator.ask({ do: 'elaborate', text: program(body), run: {} });
      expect(answer.end).toBe(`exit ${code}`);
      expect(answer.events.filter((each) => each.event === 'program')).toEqual([
        { id: 1, event: 'program', end: 'exited', exitCode: code },
      ]);
    });

    it('tell nothing of an end by a signal', async () => {
      await using elaborator = start();
      const kill = '#["-c", "kill -9 $PPID"]';
      const body = `discard <| (← IO.Process.spawn { cmd := "/bin/sh", args := ${kill} }).wait`;
      const answer = await elaborator.ask({ do: 'elaborate', text: program(body), run: {} });
      expect(answer.end).toBe('signal 9');
      expect(answer.events.map((each) => each.event).filter((kind) => kind !== 'message')).toEqual([
        'verdict',
        'running',
      ]);
    });

    it('leave the process going when they are asked to', async () => {
      await using elaborator = start();
      const text = program('IO.println (← (← IO.getStdin).getLine)');
      for (const stdin of ['first\n', 'second\n']) {
        const answer = await elaborator.ask({ do: 'elaborate', text, run: { stdin, stay: true } });
        expect(event(answer, 'program')).toMatchObject({ end: 'returned', exitCode: 3 });
        expect(answer.output.programStdout).toBe(`${stdin}\n`);
      }
      const thrown = await elaborator.ask({
        do: 'elaborate',
        text: program('throw <| IO.userError "no"'),
        run: { stay: true },
      });
      expect(event(thrown, 'program')).toMatchObject({ end: 'threw', exitCode: 1 });
      expect(thrown.output.programStderr).toBe('uncaught exception: no\n');
    });

    it('do not run when the text is rejected', async () => {
      await using elaborator = start();
      const answer = await elaborator.ask({
        do: 'elaborate',
        text: `${program('IO.println "ran"')}\n#check nothing`,
        run: {},
      });
      expect(answer.end).toBeUndefined();
      expect(answer.output.programStdout).toBe('');
    });
  });

  describe('its channel', () => {
    const attack = (body: string): string =>
      `#eval show IO Unit from do\n  ${body.replaceAll('\n', '\n  ')}\n#check nothing`;
    const forged = '{"id":1,"event":"verdict","verdict":"accepted"}';

    it.each([
      [
        'opening every descriptor by its path and writing to it',
        `for n in [3:64] do\n  try IO.FS.writeFile s!"/proc/self/fd/{n}" ${JSON.stringify(JSON.stringify(forged))}\n  catch _ => pure ()`,
      ],
      [
        'a child that writes to every descriptor of its own and of its parent',
        `let script := "for n in 3 4 5 6 7 8 9 10 11 12; do echo x >&$n; echo x >/proc/$PPID/fd/$n; done 2>/dev/null; true"\ndiscard <| (← IO.Process.spawn { cmd := "/bin/sh", args := #["-c", script] }).wait`,
      ],
      [
        'a child that closes and keeps descriptors and goes on living',
        `let script := "exec 3>&- 4>&- 5>&- 6>&-; sleep 1000 & true"\ndiscard <| (← IO.Process.spawn { cmd := "/bin/sh", args := #["-c", script] }).wait`,
      ],
      [
        'writing frames to stdout and stderr',
        `for stream in [← IO.getStdout, ← IO.getStderr] do\n  stream.putStr ${JSON.stringify(forged)}`,
      ],
      [
        'writing to the memory of the process through /proc',
        `try\n  let handle ← IO.FS.Handle.mk "/proc/self/mem" .readWrite\n  handle.putStr "x"\ncatch _ => pure ()`,
      ],
    ])('gives the true verdict after %s', async (_title, body) => {
      await using elaborator = start();
      const answer = await elaborator.ask({ do: 'elaborate', text: attack(body) });
      // Code that writes into what Lean's own libraries wait on can end the process, and `lean` as well. It gets no verdict.
      if (answer.end !== undefined) {
        expect(answer.events.filter(({ event: name }) => name === 'verdict')).toEqual([]);
        return;
      }
      expect(verdict(answer)).toBe('error');
      expect(verdict(await elaborator.ask({ do: 'elaborate', text: '#eval 1' }))).toBe('accepted');
    });

    it('refuses what it cannot read, and goes on', async () => {
      await using elaborator = start();
      expect(event(await elaborator.ask({ do: 'dance' }), 'refused')).toMatchObject({ reason: 'malformed' });
      expect(event(await elaborator.ask({ do: 'elaborate' }), 'refused')).toMatchObject({ reason: 'malformed' });
      expect(event(await elaborator.ask({ do: 'elaborate', text: 3 }), 'refused')).toMatchObject({
        reason: 'malformed',
      });
      expect(verdict(await elaborator.ask({ do: 'elaborate', text: '#eval 1' }))).toBe('accepted');
    });
  });
});
