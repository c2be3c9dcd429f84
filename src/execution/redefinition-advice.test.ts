import { describe, expect, it, test } from 'vitest';
import { localPrincipal, newSessionId } from '../core/ids.ts';
import type { Diagnostic, Severity } from '../lean/diagnostic.ts';
import { Session } from '../sessions/session.ts';
import { redefinitionAdvice } from './redefinition-advice.ts';

const at = new Date();
const steps = [['a'], ['A.b', "c'"], ['Point']].map((names) => ({ header: '', code: '', names, acceptedAt: at }));
const session = new Session({ id: newSessionId(), owner: localPrincipal, createdAt: at, steps });

function said(message: string, severity: Severity = 'error'): readonly Diagnostic[] {
  return [{ severity, message, start: { line: 1, column: 0 }, end: { line: 1, column: 1 } }];
}

describe('a name that is taken', () => {
  it.each([
    ["'a' has already been declared", 'a', 1],
    ['`A.b` has already been declared', 'A.b', 2],
    ["'c'' has already been declared", "c'", 2],
    ["private declaration 'a' has already been declared", 'a', 1],
    ["'Point.mk' has already been declared", 'Point.mk', 3],
  ])('%s', (message, name, step) => {
    expect(redefinitionAdvice(session, said(message))).toBe(
      `${name} was defined in step ${step} of this session. Use another name, or take back step ${step} and what came after it: rewind-session with step ${step - 1}.`,
    );
  });
});

test.each([
  ['another error', said('unknown identifier a')],
  ['a name of a library', said("'List.map' has already been declared")],
  ['a name of the call itself', said("'mine' has already been declared")],
  ['a warning', said("'a' has already been declared", 'warning')],
  ['nothing', []],
])('there is no advice for %s', (_, diagnostics) => {
  expect(redefinitionAdvice(session, diagnostics)).toBeUndefined();
});
