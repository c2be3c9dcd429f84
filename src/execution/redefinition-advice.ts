import type { Diagnostic } from '../lean/diagnostic.ts';
import type { Session } from '../sessions/session.ts';

const alreadyDeclared = /['`‘](.+?)['`’] has already been declared/;

/** For a name that is taken: which step of the session took it, and how to go back. */
export function redefinitionAdvice(session: Session, diagnostics: readonly Diagnostic[]): string | undefined {
  for (const { severity, message } of diagnostics) {
    const name = severity === 'error' ? alreadyDeclared.exec(message)?.[1] : undefined;
    const step = name === undefined ? undefined : stepWith(session, name);
    if (name === undefined || step === undefined) continue;
    return (
      `${name} was defined in step ${step} of this session. Use another name, ` +
      `or take back step ${step} and what came after it: rewind-session with step ${step - 1}.`
    );
  }
  return undefined;
}

/** A structure defines more than its own name: `Point.mk` is found as `Point`. */
function stepWith(session: Session, name: string): number | undefined {
  for (let prefix = name; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    const step = session.stepThatDefined(prefix);
    if (step !== undefined) return step;
  }
  return undefined;
}
