import { headlineOf, type Diagnostic } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { AcceptingLean } from '../sessions/session.ts';
import { stepAt, type SessionSource } from '../sessions/session-source.ts';

/** Why Lean looks at earlier steps again. */
export type SecondLook =
  /** In a new container, without any change. */
  | 'replayed'
  /** With the imports of the call. */
  | 'imports'
  /** With the files of the call, which it imports. */
  | 'files'
  /** With the call's code behind them. */
  | 'extended';

/**
 * What to say when Lean rejects what it accepted in an earlier call.
 *
 * @param why tells why a step may be rejected now, if that is known
 */
export function describeRejectedStep(
  source: SessionSource,
  error: Diagnostic | undefined,
  look: SecondLook,
  why: (step: number) => string | undefined = () => undefined,
): string {
  const headline = error === undefined ? 'Lean does not say why' : headlineOf(error);
  const place = error && stepAt(source, error.start.line);
  if (place === undefined) {
    return `the imports of this session, which Lean accepted before, are rejected now (${headline}): start a new session`;
  }
  const { step, line } = place;
  const what = `step ${step} of this session, which Lean accepted before, is rejected now (line ${line} of it: ${headline})`;
  switch (look) {
    case 'replayed':
      return `${what}: ${why(step) ?? 'what it does may depend on chance, on time, or on another version of Lean'}. Take it and what came after it back with rewind-session (step ${step - 1}), then send it again`;
    case 'imports':
      return `${what}, because the new imports change what it means: do without them, or take it and what came after it back with rewind-session (step ${step - 1})`;
    case 'files':
      return `${what}, because the files of this call change what it means: change them so that the step stands, or take it and what came after it back with rewind-session (step ${step - 1})`;
    case 'extended':
      return `${what} with the code of this call behind it: begin the code with a command such as def, theorem or #eval`;
  }
}

/** Why a Lean may reject what another one has accepted; `undefined` when nobody knows which that was. */
export function whyRejected(accepted: AcceptingLean | undefined, now: LeanLaunch): string | undefined {
  if (accepted === undefined) return undefined;
  if (accepted.image === now.image) return 'what it does may depend on chance or on time';
  if (accepted.version === now.toolchain.version)
    return 'it was accepted in another image, with other libraries or options';
  return `Lean ${accepted.version} accepted it, and this is Lean ${now.toolchain.version}`;
}
