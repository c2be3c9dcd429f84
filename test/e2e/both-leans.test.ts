/** What is told of a text is the same whichever of the two Leans of an image elaborates it. */
import { describe, expect, inject, it } from 'vitest';
import { programText } from './support/programs.ts';
import { inspect } from './support/proofs.ts';
import { sharedServer } from './support/shared-server.ts';

describe.each([
  ['the elaborator', 'true'],
  ['the language server', 'false'],
])('with %s', (_, elaborator) => {
  const server = sharedServer({ settings: { ELABORATOR: elaborator } });

  it('what the text and its program write to stderr is told once, in its order', async () => {
    const main = 'def main : IO Unit := IO.eprintln "main"\n';
    const writes = `${programText('def-shell')}#eval shell "echo once >&2"\n`;
    expect(await server().execute(writes + main)).toMatchObject({ status: 'success', stderr: 'once\nmain\n' });
    expect(await server().step(writes + main)).toMatchObject({ status: 'success', stderr: 'once\nmain\n' });
  });

  it('messages of more than can be told end the call by its own name, and the session is usable', async () => {
    const id = (await server().step('def kept := 41\n')).session_id;
    // Nine of these are more than the messages of one text may be.
    const large = programText('eval-error-line');
    const ended = await server().step(large.repeat(9), id);
    expect(ended).toMatchObject({ status: 'error', outcome: 'output-limit', step: 1 });
    expect(ended.error).toMatch(/Lean’s messages about the code were too much/);
    expect(await server().step('#eval kept + 1\n', id)).toMatchObject({ status: 'success', step: 2 });
  });

  it('messages of steps that add up to more than that cost no session its text', async () => {
    const { session_id: id } = await server().step('def kept := 41\n');
    // Each prints 550 kB.
    const flood = programText('eval-flood').repeat(5);
    let steps = 1;
    for (let step = 2; step <= 12; step += 1) {
      const told = await server().step(flood, id);
      if (told.status === 'success') steps += 1;
      else expect(told.error).toMatch(/Lean’s messages about the code were too much/);
      expect(told.step).toBe(steps);
    }
    // The language server tells with each step what it told of those before, and then there is an end of it.
    if (elaborator === 'true') expect(steps).toBe(12);
    else await server().call('rewind-session', { session_id: id, step: 1 });
    expect(await server().step('#eval kept + 1\n', id)).toMatchObject({ status: 'success' });
  });

  it.skipIf(inject('isStandIn'))('a definition of a library is told by its statement and its module', async () => {
    const asked = { code: '#check Nat.add_comm\n', line: 1, column: 9, what: 'definition' };
    const { text } = await inspect(server(), asked);
    expect(text).toMatch(/theorem Nat\.add_comm[^]*n \+ m = m \+ n[^]*\(in the module Init\.Data\.Nat\.Basic\)/);
  });

  it.skipIf(inject('isStandIn'))('errors have the names by which Lean explains them', async () => {
    const { diagnostics } = await server().execute('#eval undefinedThing\n');
    expect(diagnostics).toMatchObject([{ severity: 'error', name: 'lean.unknownIdentifier' }]);
  });

  it.skipIf(inject('isStandIn'))('the module is Main in private names', async () => {
    const code =
      'import Lean\nprivate def hidden := 1\nopen Lean in run_cmd logInfo m!"{(← getEnv).mainModule} {``hidden}"\n';
    const { diagnostics = [] } = await server().execute(code);
    expect(diagnostics.map(({ message }) => message)).toEqual(['Main _private.Main.0.hidden']);
    const asked = await inspect(server(), { code, line: 3, column: 0, what: 'hover' });
    expect(JSON.stringify(asked)).not.toMatch(/untitled/);
  });
});
