/* The examples in the README of the Python server of the same name; they must do what they did there. */
import { expect, it } from 'vitest';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();

it('the transient example greets', async () => {
  const result = await server().execute(
    'def hello (name : String) : String := s!"Hello, {name}"\n\ndef main : IO Unit := IO.println (hello "Lean4!")',
  );
  expect(result).toMatchObject({ status: 'success', stdout: 'Hello, Lean4!\n', exit_code: 0 });
});

it('the persistent example adds with what the first call defined', async () => {
  const first = await server().step(
    'def add (a b : Nat) : Nat := a + b\n\ndef main : IO Unit := IO.println "Function defined"',
  );
  expect(first).toMatchObject({ status: 'success', stdout: 'Function defined\n', exit_code: 0, step: 1 });
  const second = await server().step('def main : IO Unit := IO.println (toString (add 10 20))', first.session_id);
  expect(second).toMatchObject({ status: 'success', stdout: '30\n', exit_code: 0, step: 2 });
});

it('the persistent example works without main too', async () => {
  const { session_id: sessionId } = await server().step('def add (a b : Nat) : Nat := a + b');
  const result = await server().step('#eval add 10 20', sessionId);
  expect(result).toMatchObject({ status: 'success', session_id: sessionId });
  expect(result).toHaveDiagnostics({ severity: 'information', line: 1, column: 0, message: '30' });
});
