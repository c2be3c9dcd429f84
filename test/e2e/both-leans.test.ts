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
