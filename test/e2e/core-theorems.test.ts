/*
 * An agent's loop, by a script: state a theorem with sorry, read the goals, try tactics, write down what works, until no
 * sorry is left; then the next one, which may use it. Whether Lean proves something is its own doing, so this needs one.
 */
import { describe, expect, inject, it } from 'vitest';
import { coreTheorems, type CoreTheorem, type Move } from './support/core-theorems.ts';
import { inspect, tryTactics } from './support/proofs.ts';
import type { TestServer } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const why = inject('isStandIn') ? ' (needs a real Lean: the stand-in toolchain cannot prove anything)' : '';

describe.skipIf(inject('isStandIn'))(`theorems of the core library, with the tools only${why}`, () => {
  const server = sharedServer();
  let main = '';

  it('begin in a namespace of a session', async () => {
    const { session_id: id } = await server().step('namespace Again\n');
    main = id;
  });

  it.each(coreTheorems.map((theorem, index) => ({ ...theorem, isBranch: index % 2 === 1 })))(
    '$name',
    async ({ isBranch, ...theorem }) => {
      const proved = isBranch ? await inBranch(server(), main, theorem) : await inPlace(server(), main, theorem);
      if (isBranch) expect(await server().step(proved, main)).toMatchObject({ status: 'success' });
      const axioms = await server().step(`#print axioms ${theorem.name}\n`, main);
      expect(axioms).toMatchObject({ status: 'success' });
      expect(axioms.diagnostics?.map(({ message }) => message).join('')).toMatch(/^'Again\.\w+' (?!.*sorryAx)/s);
    },
  );

  it('are all there at the end, in a text that stands on its own', async () => {
    const { contents } = await server().client.readResource({ uri: `lean-session://${main}/source.lean` });
    const [content] = contents;
    const code = content !== undefined && 'text' in content ? content.text : '';
    for (const { name } of coreTheorems) expect(code).toContain(`theorem ${name} `);
    const result = await server().execute(code);
    expect(result).toMatchObject({ status: 'success' });
    expect(result.goals).toBeUndefined();
    expect(code).not.toContain('sorry');
  });
});

function stated({ name, statement }: CoreTheorem): string {
  return `theorem ${name} ${statement} := by\n  exact sorry\n`;
}

/** Each stage is a step of the session, and is taken back for the next one. */
async function inPlace(server: TestServer, id: string, theorem: CoreTheorem): Promise<string> {
  let code = stated(theorem);
  for (const move of theorem.moves) {
    const { step, goals } = await server.step(code, id);
    expect(goals?.[0]).toMatchObject({ origin: 'sorry', sorry: 1 });
    code = await improve(server, { session_id: id }, code, move, goals?.[0]?.rendered);
    await server.call('rewind-session', { session_id: id, step: step - 1 });
  }
  await expectDone(server, code, id);
  return code;
}

/** Each stage is code behind the session's text, and nothing is kept before the end; that is in a branch, too. */
async function inBranch(server: TestServer, from: string, theorem: CoreTheorem): Promise<string> {
  const forked = await server.call('fork-session', { session_id: from });
  const { session_id: id } = forked.structuredContent as { session_id: string };
  let code = stated(theorem);
  for (const move of theorem.moves) code = await improve(server, { session_id: id, code }, code, move);
  await expectDone(server, code, id);
  await server.call('cleanup-session', { session_id: id });
  return code;
}

async function expectDone(server: TestServer, code: string, id: string): Promise<void> {
  const done = await server.step(code, id);
  expect(done, code).toMatchObject({ status: 'success' });
  expect(done.goals).toBeUndefined();
  expect(JSON.stringify(done.diagnostics ?? [])).not.toContain('sorry');
}

/** The code with its first `sorry` replaced by what works there. */
async function improve(
  server: TestServer,
  text: Readonly<Record<string, unknown>>,
  code: string,
  { wrong, right, write }: Move,
  expected?: string,
): Promise<string> {
  const told = await tryTactics(server, { ...text, sorry: 1, attempts: [wrong, ...right] });
  const { place, goals: [goal] = [], attempts: [first, ...others] = [] } = told;
  if (place === undefined || goal === undefined) throw new Error(`nothing was tried: ${told.error ?? ''}`);
  // With the verdict comes what is expected of the term, which belongs to no case.
  if (expected !== undefined) expect(withoutCase(goal.rendered)).toBe(withoutCase(expected));
  const { line, column } = place;
  const { goals_before: before } = await inspect(server, { ...text, line, column, what: 'goal' });
  expect(before?.[0]?.rendered).toBe(goal.rendered);
  expect(first?.result, wrong).not.toBe('closed');
  const wanted = write === undefined ? 'closed' : 'goals-left';
  const works = others.find(({ result }) => result === wanted);
  if (works === undefined) throw new Error(`nothing of it is ${wanted}: ${JSON.stringify(others)}`);
  if (write !== undefined) expect(works.goals).toHaveLength(write.split('sorry').length - 1);
  return replaceFirstSorry(code, write ?? works.tactic);
}

const withoutCase = (goal: string): string => goal.replace(/^case .*\n/, '');

function replaceFirstSorry(code: string, tactic: string): string {
  const at = code.indexOf('exact sorry');
  const column = at - (code.lastIndexOf('\n', at) + 1);
  return code.slice(0, at) + tactic.replaceAll('\n', `\n${' '.repeat(column)}`) + code.slice(at + 'exact sorry'.length);
}
