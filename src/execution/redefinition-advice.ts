import { isError, type Diagnostic } from '../lean/diagnostic.ts';
import type { Session } from '../sessions/session.ts';

/** For a name that is taken: which step of the session took it, and how to go back. */
export function redefinitionAdvice(session: Session, diagnostics: readonly Diagnostic[]): string | undefined {
  for (const { message } of diagnostics.filter(isError)) {
    const name = takenName(message);
    const step = name === undefined ? undefined : stepWith(session, name);
    if (name === undefined || step === undefined) continue;
    return (
      `${name} was defined in step ${step} of this session. Use another name, ` +
      `or take back step ${step} and what came after it: rewind-session with step ${step - 1}.`
    );
  }
  return undefined;
}

const isTaken = ' has already been declared';
const openingQuote = /['`‘]/;
const closingQuote = /^['`’]$/;
/** How far before the words above the name begins at most, in UTF-16 units. */
const maxNameLength = 300;

/** The name in quotes that a message says is taken. */
function takenName(message: string): string | undefined {
  const end = message.indexOf(isTaken);
  if (end < 0 || !closingQuote.test(message.charAt(end - 1))) return undefined;
  const before = message.slice(Math.max(0, end - maxNameLength), end - 1);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const quote = line.search(openingQuote);
  return quote < 0 ? undefined : line.slice(quote + 1);
}

/** A structure defines more than its own name: `Point.mk` is found as `Point`. */
function stepWith(session: Session, name: string): number | undefined {
  for (let prefix = name; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    const step = session.stepThatDefined(prefix);
    if (step !== undefined) return step;
  }
  return undefined;
}
