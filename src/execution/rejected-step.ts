import { headlineOf, type Diagnostic } from '../lean/diagnostic.ts';
import { stepAt, type SessionSource } from '../sessions/session-source.ts';

/** Why Lean looks at earlier steps again. */
export type SecondLook =
  /** In a new container, without any change. */
  | 'replayed'
  /** With the imports of the call. */
  | 'imports'
  /** With the call's code behind them. */
  | 'extended';

/** What to say when Lean rejects what it accepted in an earlier call. */
export function describeRejectedStep(source: SessionSource, error: Diagnostic | undefined, look: SecondLook): string {
  const headline = error === undefined ? 'Lean does not say why' : headlineOf(error);
  const place = error && stepAt(source, error.start.line);
  if (place === undefined) {
    return `the imports of this session, which Lean accepted before, are rejected now (${headline}): start a new session`;
  }
  const { step, line } = place;
  const what = `step ${step} of this session, which Lean accepted before, is rejected now (line ${line} of it: ${headline})`;
  switch (look) {
    case 'replayed':
      return `${what}: what it does may depend on chance, on time, or on another version of Lean. Take it and what came after it back with rewind-session (step ${step - 1}), then send it again`;
    case 'imports':
      return `${what}, because the new imports change what it means: do without them, or take it and what came after it back with rewind-session (step ${step - 1})`;
    case 'extended':
      return `${what} with the code of this call behind it: begin the code with a command such as def, theorem or #eval`;
  }
}
